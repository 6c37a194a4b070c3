package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.util.Durations;
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
      release.awaitPendingInstall(HELM_STARTS);
    }
    assertThat(leases()).hasSize(releases.size());

    HELMGATE.deployers().crash();

    for (int i = 0; i < releases.size(); i++) {
      releases.get(i).assertInstallAborted(operations.get(i), "its replica was lost or has died");
    }
    await("no lock is left").until(() -> leases().isEmpty());
  }

  private static List<String> leases() {
    return HELMGATE.kubectl("get", "leases", "-n", "helmgate", "-o", "name").lines().toList();
  }
}
