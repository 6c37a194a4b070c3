package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.Durations;
import com.google.rpc.Code;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The deployer is killed in the middle of installations. */
final class CrashIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final Duration HELM_STARTS = Duration.ofSeconds(12);

  /** The one that comes next waits for as long as a Helm that outlived its service could work. */
  private static final int TIMEOUT_SECONDS = 15;

  @Test
  void installationsThatWereUnderWayEndAbortedAndTheirReleasesAreUsable() {
    HELMGATE.addChart("held");
    HELMGATE
        .deployers()
        .configured(
            Deployers.with("operations: {lease_duration: 2s}"),
            CrashIT::installationsEndAbortedAfterACrash);
  }

  private static void installationsEndAbortedAfterACrash() {
    var releases = TeamRelease.onEachTransport("crash");
    var operations =
        releases.stream()
            .map(
                release ->
                    release.begun(
                        "InstallRelease",
                        release
                            .install("sandbox/held")
                            .setTimeout(Durations.fromSeconds(TIMEOUT_SECONDS))))
            .toList();
    for (var release : releases) {
      await().atMost(HELM_STARTS).until(() -> release.helmStatus().equals("pending-install"));
    }
    assertThat(leases()).hasSize(releases.size());

    HELMGATE.deployers().crash();

    for (int i = 0; i < releases.size(); i++) {
      var release = releases.get(i);
      release.assertError(
          release.ended(operations.get(i)),
          Code.ABORTED,
          "its replica was lost or has died",
          "revision 1 was pending-install and is marked as failed");
      assertThat(release.status()).isEqualTo("failed");
      release.assertUsable();
    }
    await("no lock is left").until(() -> leases().isEmpty());
  }

  private static List<String> leases() {
    return HELMGATE.kubectl("get", "leases", "-n", "helmgate", "-o", "name").lines().toList();
  }
}
