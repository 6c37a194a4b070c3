package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.util.Durations;
import com.google.rpc.Code;
import org.junit.jupiter.api.Test;

/** Operations that are cancelled through Envoy, before Helm is called and afterwards. */
final class CancelIT {

  private static final Running HELMGATE = Running.helmgate();

  /** What the hook of the chart "held" waits for. */
  private static final String NODE_OF_HELD = "such-a";

  @Test
  void anInstallationThatWaitsIsCancelledAndItsReleaseIsUsable() {
    for (var release : TeamRelease.onEachTransport("cancel")) {
      var operation =
          release.begun(
              "InstallRelease",
              release.install("sandbox/demo").setValues(Values.of(TeamRelease.NO_NODE)));
      release.awaitPhase(operation, "WAITING");

      release.cancel(operation);

      var ended = release.ended(operation);
      release.assertError(ended, Code.CANCELLED, "cancelled");
      assertThat(ended.text("/metadata/cancel_requested")).isEqualTo("true");
      assertThat(release.helmStatus()).isEqualTo("failed");
      release.assertUsable();
    }
  }

  @Test
  void anInstallationThatHelmHasNotBegunIsCancelledAndNothingIsWritten() {
    HELMGATE.addChart("held");
    HELMGATE.deployers().configured(Deployers.with("helm: {threads: 1}"), CancelIT::cancelledEarly);
  }

  private static void cancelledEarly() {
    var held = TeamRelease.onEachTransport("held").getFirst();
    var first =
        held.begun(
            "InstallRelease", held.install("sandbox/held").setTimeout(Durations.fromSeconds(120)));
    held.awaitPhase(first, "APPLYING");
    var releases = TeamRelease.onEachTransport("early");
    try {
      for (var release : releases) {
        var operation = release.begun("InstallRelease", release.install("sandbox/demo"));
        release.awaitPhase(operation, "CHECKING");

        release.cancel(operation);

        release.assertError(release.ended(operation), Code.CANCELLED, "cancelled");
        assertThat(release.helmStatus()).isEmpty();
      }
    } finally {
      HELMGATE.kubectl("label", "nodes", "--all", NODE_OF_HELD + "=node-is-nowhere");
      try {
        held.assertSucceeded(held.ended(first));
      } finally {
        HELMGATE.kubectl("label", "nodes", "--all", NODE_OF_HELD + "-");
      }
    }
    for (var release : releases) {
      release.assertSucceeded(
          release
              .client()
              .call("InstallRelease", release.install("sandbox/demo").setWait(true).build()));
    }
  }
}
