package io.helmgate.extauthz.policy;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.extauthz.policy.wasm.EngineLimits;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.LongAdder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class LivePolicyConcurrencyTest {

  private static final int THREADS = 8;

  /** Says which version and which number it answers, so that mixed-up answers show. */
  private static String rego(int version) {
    return """
        package helmgate.authz

        allow := {
          "allowed": input.number %% 2 == 0,
          "headers": {"x-number": sprintf("%%d", [input.number]), "x-version": "%d"},
        }
        """
        .formatted(version);
  }

  @TempDir private Path directory;

  private static byte[] input(int number) {
    return ("{\"number\": " + number + "}").getBytes(StandardCharsets.UTF_8);
  }

  private LivePolicy start(Path file, EngineLimits limits) throws Exception {
    return LivePolicy.start(
        PolicyConfig.files(List.of(file), PolicyConfig.DEFAULT_QUERY, RegoVersion.V1, Tools.opa())
            .withPollInterval(Duration.ofMillis(25))
            .withLimits(limits),
        PolicyEnvironment.system());
  }

  /** Fewer instances than threads, so that threads wait for each other. */
  private static EngineLimits patient(int instances) {
    return new EngineLimits(
        instances, Duration.ofSeconds(60), Duration.ofSeconds(60), 64L << 20, 16L << 20);
  }

  private static String header(PolicyOutcome outcome, int number, String name) {
    PolicyEffects effects =
        switch (outcome) {
          case PolicyOutcome.Allowed allowed when number % 2 == 0 -> allowed.effects();
          case PolicyOutcome.Denied denied when number % 2 != 0 -> denied.effects();
          default -> throw new AssertionError(number + " was decided as " + outcome);
        };
    return effects.headers().getOrDefault(name, List.of("none")).getFirst();
  }

  private static void finish(List<Future<?>> running) throws Exception {
    for (Future<?> one : running) {
      one.get(100, TimeUnit.SECONDS);
    }
  }

  @Test
  void eightThreadsGetTheAnswersToTheirOwnQuestions() throws Exception {
    Path file = Files.writeString(directory.resolve("policy.rego"), rego(1));
    try (LivePolicy policy = start(file, patient(3));
        ExecutorService threads = Executors.newFixedThreadPool(THREADS)) {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < THREADS; thread++) {
        int first = thread * 1000;
        running.add(
            threads.submit(
                () -> {
                  for (int number = first; number < first + 500; number++) {
                    String answered = header(policy.decide(input(number)), number, "x-number");
                    assertThat(answered).isEqualTo(Integer.toString(number));
                  }
                }));
      }
      finish(running);
      assertThat(policy.status().discardedInstances()).isZero();
      assertThat(policy.status().running()).isZero();
    }
  }

  @Test
  void policiesAreSwappedUnderLoadWithoutAnError() throws Exception {
    Path file = Files.writeString(directory.resolve("policy.rego"), rego(1));
    AtomicBoolean stop = new AtomicBoolean();
    Map<String, LongAdder> answersByVersion = new ConcurrentHashMap<>();
    try (LivePolicy policy = start(file, patient(4));
        ExecutorService threads = Executors.newFixedThreadPool(4)) {
      List<Future<?>> running = new ArrayList<>();
      for (int thread = 0; thread < 4; thread++) {
        running.add(
            threads.submit(
                () -> {
                  for (int number = 0; !stop.get(); number++) {
                    String version = header(policy.decide(input(number)), number, "x-version");
                    answersByVersion
                        .computeIfAbsent(version, ignored -> new LongAdder())
                        .increment();
                  }
                }));
      }
      for (int version = 2; version <= 4; version++) {
        String wanted = Integer.toString(version);
        Files.writeString(file, rego(version));
        await().atMost(Duration.ofSeconds(30)).until(() -> answersByVersion.containsKey(wanted));
      }
      stop.set(true);
      finish(running);
      assertThat(answersByVersion).containsOnlyKeys("1", "2", "3", "4");
      assertThat(policy.status().errors()).isZero();
    }
  }

  @Test
  void anEvaluationThatFindsNoFreeInstanceInTimeFails() throws Exception {
    String slow =
        """
        package helmgate.authz

        allow if count([1 | some i in input.n; some j in input.n; some k in input.n; i + j == k]) < 0

        allow if input.n == []
        """;
    Path file = Files.writeString(directory.resolve("policy.rego"), slow);
    EngineLimits one =
        new EngineLimits(1, Duration.ofMillis(50), Duration.ofSeconds(2), 1L << 30, 16L << 20);
    byte[] busy = ("{\"n\": [" + "1,".repeat(5_000) + "1]}").getBytes(StandardCharsets.UTF_8);
    byte[] quick = "{\"n\": []}".getBytes(StandardCharsets.UTF_8);
    CountDownLatch begun = new CountDownLatch(1);
    try (LivePolicy policy = start(file, one);
        ExecutorService threads = Executors.newSingleThreadExecutor()) {
      Future<PolicyOutcome> running =
          threads.submit(
              () -> {
                begun.countDown();
                return policy.decide(busy);
              });
      begun.await();
      await().until(() -> policy.status().running() == 1);
      assertThat(policy.decide(quick))
          .isEqualTo(new PolicyOutcome.Failed("no policy instance was free within 50 ms"));
      assertThat(running.get(100, TimeUnit.SECONDS)).isInstanceOf(PolicyOutcome.Failed.class);
      assertThat(policy.decide(quick)).isInstanceOf(PolicyOutcome.Allowed.class);
    }
  }
}
