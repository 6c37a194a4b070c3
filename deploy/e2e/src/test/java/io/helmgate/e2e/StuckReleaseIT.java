package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.rpc.Code;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.UnlockReleaseRequest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** Releases that somebody's own helm left pending. */
final class StuckReleaseIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final Duration HELM_STARTS = Duration.ofSeconds(30);
  private static final Duration AGED = Duration.ofSeconds(5);

  @Test
  void aPendingReleaseIsShownWithItsAgeRefusedAndUnlocked() {
    var releases = TeamRelease.onEachTransport("stuck");
    releases.forEach(StuckReleaseIT::leavePending);
    for (var release : releases) {
      var refused =
          release
              .client()
              .call("UpgradeRelease", release.upgrade("sandbox/demo").setWait(true).build());
      assertThat(release.read().text("/status")).isEqualTo("pending-install");
      assertAges(release);
      var wrong = unlock(release, 2);
      var unlocked = unlock(release, 1);

      release.assertError(refused, Code.ABORTED, "revision 1 is pending-install");
      release.assertError(wrong, Code.FAILED_PRECONDITION, "revision 1");
      release.assertSucceeded(unlocked);
      assertThat(unlocked.text("/response/status")).isEqualTo("failed");
      assertThat(unlocked.text("/response/description")).contains("Unlocked by keycloak:bob");
      release.assertUsable();
    }
  }

  private static void assertAges(TeamRelease release) {
    await()
        .atMost(AGED)
        .untilAsserted(
            () -> assertThat(release.read().text("/pending_duration")).matches("[1-9][0-9]*s"));
  }

  /** Kills a helm that waits for a hook. */
  private static void leavePending(TeamRelease release) {
    var chart = HELMGATE.root().resolve("deployer/src/test/charts/held").toString();
    var helm = start("install", release.id(), chart, "--namespace", TeamRelease.NAMESPACE);
    try {
      release.awaitPendingInstall(HELM_STARTS);
    } finally {
      helm.destroyForcibly().onExit().join();
    }
  }

  private static Process start(String... arguments) {
    var helm = HELMGATE.helm();
    var builder =
        new ProcessBuilder(
                Stream.concat(Stream.of(helm.program().toString()), Stream.of(arguments)).toList())
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.DISCARD);
    builder.environment().putAll(helm.environment());
    try {
      return builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static V1Client.Result unlock(TeamRelease release, int revision) {
    return release
        .client()
        .call(
            "UnlockRelease",
            UnlockReleaseRequest.newBuilder()
                .setName(release.name())
                .setRevision(revision)
                .setWait(true)
                .build());
  }
}
