package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import java.time.Duration;
import org.junit.jupiter.api.Test;

/** Helm in processes of its own, of which any may be killed. */
final class HelmProcessesIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final Duration HELM_STARTS = Duration.ofSeconds(60);

  @Test
  void releasesLiveAndAKilledHelmEndsItsOperationAlone() {
    HELMGATE.addChart("held");
    HELMGATE
        .deployers()
        .configured(
            Deployers.with("helm: {engine: child_process}"),
            () -> {
              assertThat(HELMGATE.deployers().helmProcesses()).isNotEmpty();
              TeamRelease.onEachTransport("child").forEach(HelmProcessesIT::lives);
              installationsWhoseHelmIsKilledAreAborted();
            });
  }

  private static void lives(TeamRelease release) {
    var client = release.client();

    var installed =
        client.call(
            "InstallRelease",
            release.install("sandbox/demo").setVersion("0.1.0").setWait(true).build());
    var upgraded =
        client.call(
            "UpgradeRelease",
            release.upgrade("sandbox/demo").setVersion("0.2.0").setWait(true).build());
    var helms = HELMGATE.helmJson("history", release.id(), "-n", TeamRelease.NAMESPACE);
    var uninstalled = release.uninstall();

    assertThat(installed.text("/response/chart/version"))
        .as(installed.toString())
        .isEqualTo("0.1.0");
    assertThat(upgraded.text("/response/chart/version")).as(upgraded.toString()).isEqualTo("0.2.0");
    assertThat(helms.findValuesAsText("status")).containsExactly("superseded", "deployed");
    release.assertSucceeded(uninstalled);
    assertThat(release.read().code()).isEqualTo(Code.NOT_FOUND);
    assertThat(release.helmStatus()).isEmpty();
  }

  private static void installationsWhoseHelmIsKilledAreAborted() {
    var releases = TeamRelease.onEachTransport("killed");
    var operations =
        releases.stream()
            .map(release -> release.begun("InstallRelease", release.install("sandbox/held")))
            .toList();
    for (var release : releases) {
      release.awaitPendingInstall(HELM_STARTS);
    }

    HELMGATE.deployers().helmProcesses().forEach(ProcessHandle::destroyForcibly);

    for (int i = 0; i < releases.size(); i++) {
      releases.get(i).assertInstallAborted(operations.get(i), "process died");
    }
  }
}
