package io.helmgate.extauthz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.HdrHistogram.ConcurrentHistogram;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The policy is exchanged again and again while requests come in. How long answers take with and
 * without that is logged for a reader, not asserted: compiling a policy takes processor time of the
 * same machine.
 */
final class PolicySwapIT {

  private static final Logger log = LoggerFactory.getLogger(PolicySwapIT.class);
  private static final Duration LENGTH =
      Boolean.getBoolean("helmgate.soak") ? Duration.ofMinutes(1) : Duration.ofSeconds(4);
  private static final int CLIENTS = 4;
  private static final double MICRO = 1e3;

  @TempDir private Path directory;

  private final AtomicInteger inForce = new AtomicInteger();
  private final List<String> failures = Collections.synchronizedList(new ArrayList<>());

  @Test
  void everyRequestIsDecidedByOneOfTheTwoRevisionsThatWereInForceMeanwhile() throws Exception {
    write(1);
    try (TestApp service =
            TestApp.start(
                directory,
                """
                    default:
                      calls: false
                      policy: {file: FILE}
                """
                    .replace("FILE", directory.resolve("policy.rego").toString()));
        TestCaller envoy = new TestCaller(service.app())) {
      inForce.set(1);
      var _ = underLoad(envoy, () -> let(LENGTH.dividedBy(2)));
      Histogram steady = underLoad(envoy, () -> let(LENGTH));
      Histogram swapping = underLoad(envoy, () -> swap(envoy));

      assertThat(failures).isEmpty();
      assertThat(inForce.get()).isGreaterThan(3);
      log.info(
          "{} swaps: p50 {} µs (steady {}), p99 {} µs ({}), p99.9 {} µs ({}), max {} µs ({})",
          inForce.get() - 1,
          micros(swapping, 50),
          micros(steady, 50),
          micros(swapping, 99),
          micros(steady, 99),
          micros(swapping, 99.9),
          micros(steady, 99.9),
          micros(swapping, 100),
          micros(steady, 100));
    }
  }

  private interface Meanwhile {
    void run() throws Exception;
  }

  private static void let(Duration pass) {
    await().pollDelay(pass).atMost(pass.multipliedBy(2)).until(() -> true);
  }

  /** Exchanges the policy until the time is over, and at least three times. */
  private void swap(TestCaller envoy) throws IOException {
    Instant end = Instant.now().plus(LENGTH);
    for (int next = 2; next <= 4 || Instant.now().isBefore(end); next++) {
      write(next);
      int wanted = next;
      await().atMost(Duration.ofSeconds(60)).until(() -> version(envoy.get("/good")) == wanted);
      inForce.set(next);
    }
  }

  /** Another revision at once, so that no reader finds half of it. */
  private void write(int version) throws IOException {
    Path next =
        Files.writeString(
            directory.resolve("next.rego"),
            """
            package helmgate.authz

            allow := {
              "allowed": input.attributes.request.http.path == "/good",
              "headers": {"x-version": "%d"},
            }
            """
                .formatted(version));
    Files.move(
        next,
        directory.resolve("policy.rego"),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }

  /** Asks all the while; returns the times of all answers, in nanoseconds. */
  private Histogram underLoad(TestCaller envoy, Meanwhile meanwhile) throws Exception {
    AtomicBoolean end = new AtomicBoolean();
    Histogram nanos = new ConcurrentHistogram(3);
    List<Thread> clients = new ArrayList<>();
    for (int i = 0; i < CLIENTS; i++) {
      clients.add(
          Thread.ofVirtual()
              .start(
                  () -> {
                    while (!end.get()) {
                      ask(envoy, nanos);
                    }
                  }));
    }
    try {
      meanwhile.run();
    } finally {
      end.set(true);
      for (Thread client : clients) {
        client.join();
      }
    }
    return nanos;
  }

  private void ask(TestCaller envoy, Histogram nanos) {
    int before = inForce.get();
    long begun = System.nanoTime();
    CheckResponse good = envoy.get("/good");
    nanos.recordValue(System.nanoTime() - begun);
    CheckResponse bad = envoy.get("/bad");
    // The next one is in force a moment before anybody could have noted it.
    int after = inForce.get() + 1;
    if (!good.hasOkResponse() || version(good) < before || version(good) > after) {
      failures.add("good: " + good + ", in force " + before + " to " + after);
    }
    if (!bad.hasDeniedResponse() || bad.getDeniedResponse().getStatus().getCodeValue() != 403) {
      failures.add("bad: " + bad);
    }
  }

  private static int version(CheckResponse reply) {
    return reply.getOkResponse().getHeadersList().stream()
        .filter(header -> header.getHeader().getKey().equals("x-version"))
        .mapToInt(header -> Integer.parseInt(header.getHeader().getValue()))
        .findFirst()
        .orElse(0);
  }

  private static long micros(Histogram nanos, double percentile) {
    return Math.round(nanos.getValueAtPercentile(percentile) / MICRO);
  }
}
