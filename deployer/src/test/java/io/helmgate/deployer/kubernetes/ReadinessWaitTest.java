package io.helmgate.deployer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.api.TestIdentities;
import io.helmgate.deployer.kubernetes.Readiness.Failed;
import io.helmgate.deployer.kubernetes.Readiness.NotYet;
import io.helmgate.deployer.kubernetes.Readiness.Ready;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.kit.assertion.MutableClock;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ReadinessWaitTest {
  private static final Outcome<Readiness> NOT_YET = Outcome.success(new NotYet("a: half"));
  private static final Outcome<Readiness> READY = Outcome.success(new Ready());
  private static final Outcome<Readiness> OUTAGE = Outcome.failure(Reason.UNAVAILABLE, "down");

  private static final Duration LOOKS = Duration.ofMillis(500);

  private final MutableClock clock = new MutableClock();
  private ReadinessWait wait;

  @BeforeEach
  void make(@TempDir Path directory) throws Exception {
    Path token = Files.writeString(directory.resolve("token"), "t");
    KubernetesApi api =
        KubernetesApi.connect(
            "default",
            new ClusterConnection(
                URI.create("https://127.0.0.1:1"),
                new TestIdentities().pem(),
                new ClusterConnection.Credential.TokenFile(token)),
            Duration.ofSeconds(1));
    wait = new ReadinessWait(api, clock, _ -> {});
  }

  @Test
  void looksUntilReady() {
    assertThat(until(Duration.ofSeconds(10), List.of(NOT_YET, OUTAGE, NOT_YET, READY)))
        .isInstanceOf(Outcome.Success.class);
  }

  @Test
  void looksOnceEvenWhenTimeIsOver() {
    assertThat(until(Duration.ZERO, List.of(READY))).isInstanceOf(Outcome.Success.class);
    assertThat(until(Duration.ofSeconds(-5), List.of(NOT_YET)))
        .isEqualTo(Outcome.failure(Reason.DEADLINE_EXCEEDED, "not ready in time: a: half"));
  }

  @Test
  void givesUpOnWhatHasFailedOrIsRefused() {
    assertThat(until(Duration.ofSeconds(9), List.of(Outcome.success(new Failed("job: failed")))))
        .isEqualTo(Outcome.failure(Reason.FAILED_PRECONDITION, "job: failed"));
    assertThat(
            until(
                Duration.ofSeconds(9),
                List.of(NOT_YET, Outcome.failure(Reason.PERMISSION_DENIED, "no"))))
        .isEqualTo(Outcome.failure(Reason.PERMISSION_DENIED, "no"));
  }

  @Test
  void forgivesOutagesButNotForEver() {
    assertThat(until(Duration.ofHours(1), java.util.Collections.nCopies(31, OUTAGE)))
        .isEqualTo(Outcome.failure(Reason.UNAVAILABLE, "down"));
  }

  private Outcome<Ready> until(Duration time, List<Outcome<Readiness>> looks) {
    Deque<Outcome<Readiness>> left = new ArrayDeque<>(looks);
    return wait.until(
        clock.instant().plus(time),
        atMost -> clock.advance(atMost.compareTo(LOOKS) < 0 ? atMost : LOOKS),
        left::removeFirst);
  }
}
