package io.helmgate.extauthz.record;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.call.NamedCalls;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.limits.TestLimits;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.PolicyEffects;
import io.helmgate.extauthz.policy.PolicyOutcome;
import io.helmgate.extauthz.profile.DecisionPipeline;
import io.helmgate.extauthz.profile.Profile;
import io.helmgate.extauthz.profile.Profiles;
import io.helmgate.extauthz.profile.TrailObserver;
import io.helmgate.extauthz.reply.EnvoyStyle;
import io.helmgate.extauthz.token.Authenticator;
import io.helmgate.extauthz.token.Requests;
import io.helmgate.extauthz.token.TokenCache;
import io.helmgate.kit.config.Secret;
import java.io.OutputStream;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;
import org.junit.jupiter.api.Test;

/**
 * Decisions at 1,000 a second, every second one of them with sinks that are stuck: a server that
 * accepts and never answers, and a full device. Both halves see the same machine at the same time.
 */
final class StuckSinksTest {

  private static final Duration SHORT = Duration.ofSeconds(3);
  private static final Duration LONG = Duration.ofMinutes(1);
  private static final Duration LENGTH = Boolean.getBoolean("helmgate.soak") ? LONG : SHORT;
  private static final long INTERVAL = Duration.ofMillis(1).toNanos();
  private static final int BURST = 6000;
  private static final long HALF_OF_THE_BURST = 1500;
  private static final Duration NOISE = Duration.ofMillis(3);
  private static final long FLAT = 24L << 20;

  private final MetricRegistry metrics = new MetricRegistry();
  private final Histogram healthy = new Histogram(3);
  private final Histogram stuck = new Histogram(3);

  @Test
  void stuckSinksChangeNeitherVerdictNorLatencyAndTheirDropsAreCounted() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 50, InetAddress.getLoopbackAddress());
        HttpClient client = HttpClient.newHttpClient();
        DecisionLog well =
            DecisionLog.builder(Map.of(), Optional.empty(), new MetricRegistry())
                .console(new PrintStream(OutputStream.nullOutputStream()))
                .start();
        DecisionLog ill =
            DecisionLog.builder(Map.of(), Optional.empty(), metrics)
                .http(client, target(silent), new Random(1), System::nanoTime)
                .file(Path.of("/dev/full"), 1 << 20, 2)
                .start()) {
      DecisionPipeline good = pipeline(well);
      DecisionPipeline bad = pipeline(ill);
      for (int i = 0; i < BURST; i++) {
        decide(good, i);
        decide(bad, i);
      }
      long heapBefore = heap();
      long droppedBefore = dropped("http");

      int pairs = run(good, bad);

      assertThat(dropped("http") - droppedBefore).as("dropped by http").isGreaterThan(pairs / 2);
      assertThat(dropped("http")).isGreaterThan(HALF_OF_THE_BURST);
      assertThat(dropped("file")).as("dropped by the full device").isGreaterThan(HALF_OF_THE_BURST);
      assertThat(heap() - heapBefore).as("growth of the heap").isLessThan(FLAT);
      assertThat(stuck.getValueAtPercentile(99))
          .as("99th percentile beside stuck sinks, ns; %s without", p99(healthy))
          .isLessThan(2 * p99(healthy) + NOISE.toNanos());
      client.shutdownNow();
    }
  }

  /** Open loop: each decision is measured from the time at which it was due. */
  private int run(DecisionPipeline good, DecisionPipeline bad) {
    long start = System.nanoTime();
    int number = 0;
    for (long due = start; due - start < LENGTH.toNanos(); due += INTERVAL) {
      while (System.nanoTime() < due) {
        LockSupport.parkNanos(due - System.nanoTime());
      }
      boolean ill = number % 2 == 1;
      long begin = System.nanoTime();
      boolean allowed = decide(ill ? bad : good, number / 2);
      (ill ? stuck : healthy).recordValue(System.nanoTime() - begin);
      assertThat(allowed).as("decision %s", number).isEqualTo(number / 2 % 3 != 0);
      number++;
    }
    return number / 2;
  }

  private static boolean decide(DecisionPipeline pipeline, int number) {
    AuthRequest request = Requests.get("/" + (number % 3 == 0 ? "denied" : "allowed"), Map.of());
    return pipeline.decide(request, Clock.systemUTC().instant().plusSeconds(10)).decision()
        instanceof Decision.Allow;
  }

  private static DecisionPipeline pipeline(TrailObserver observer) {
    Clock clock = Clock.systemUTC();
    Profile profile =
        new Profile(
            Profiles.DEFAULT,
            new Authenticator(
                Authenticator.Mode.ALLOW_MISSING, List.of(), new TokenCache(100), clock),
            TestLimits.high(clock),
            new NamedCalls(),
            new ByPath(),
            "data.test.allow",
            new EnvoyStyle(),
            Optional.empty());
    return new DecisionPipeline(
        new Profiles(Map.of(Profiles.DEFAULT, profile), Map.of()),
        name -> Optional.empty(),
        clock,
        () -> "id",
        observer);
  }

  private record ByPath() implements Policy {
    @Override
    public PolicyOutcome decide(byte[] inputJsonUtf8) {
      return new String(inputJsonUtf8, StandardCharsets.UTF_8).contains("denied")
          ? new PolicyOutcome.Denied(PolicyEffects.none())
          : new PolicyOutcome.Allowed(PolicyEffects.none());
    }

    @Override
    public String revision() {
      return "revision-1";
    }
  }

  private static UploadTarget target(ServerSocket silent) {
    return new UploadTarget(
        URI.create("http://127.0.0.1:" + silent.getLocalPort()),
        Secret.of(""),
        Duration.ofSeconds(30),
        1000,
        Duration.ofMillis(10));
  }

  private long dropped(String sink) {
    return metrics
        .counter(MetricName.build("extauthz_decision_log_dropped").tagged("sink", sink))
        .getCount();
  }

  private static long p99(Histogram nanos) {
    return nanos.getValueAtPercentile(99);
  }

  private static long heap() {
    System.gc();
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
  }
}
