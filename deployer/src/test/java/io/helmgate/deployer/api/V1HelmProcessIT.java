package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.deployer.HelmSystem.Engine;
import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.CancelOperationRequest;
import io.helmgate.proto.deployer.v1.GetOperationRequest;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.UninstallReleaseRequest;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Helm in processes of its own, on each transport alike, on a real API server. */
@TestInstance(Lifecycle.PER_CLASS)
class V1HelmProcessIT {

  private static final String TEAM_A = "clusters/default/namespaces/team-a";

  private final RunningReplica running;

  V1HelmProcessIT(@TempDir Path directory) throws IOException {
    running = RunningReplica.start(directory, Engine.CHILD_PROCESS);
  }

  @AfterAll
  void stop() {
    running.close();
  }

  List<V1Client> clients() {
    return V1Client.all(running.api());
  }

  @ParameterizedTest
  @MethodSource("clients")
  void anInstallIsCancelledWhileHelmIsAtWork(V1Client client) {
    var release = TEAM_A + "/releases/" + ReleaseFixture.fresh("killed-");
    var operation = held(client, release);

    client.call("CancelOperation", CancelOperationRequest.newBuilder().setName(operation).build());

    var ended = ended(client, operation);
    assertThat(ended.text("/error/code")).isEqualTo("" + Code.CANCELLED_VALUE);
    assertThat(ended.text("/error/message"))
        .contains("cancelled; revision 1 was pending-install and is marked as failed");
    assertUsable(client, release);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void anInstallWhoseHelmIsKilledIsAborted(V1Client client) {
    var release = TEAM_A + "/releases/" + ReleaseFixture.fresh("killed-");
    var operation = held(client, release);

    ProcessHandle.current()
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains("helm.HelmProcessMain"))
        .forEach(ProcessHandle::destroyForcibly);

    var ended = ended(client, operation);
    assertThat(ended.text("/error/code")).isEqualTo("" + Code.ABORTED_VALUE);
    assertThat(ended.text("/error/message"))
        .contains("process died", "revision 1 was pending-install and is marked as failed");
    assertUsable(client, release);
  }

  /** Starts an installation whose hook never ends, and waits until Helm waits for it. */
  private String held(V1Client client, String release) {
    var operation =
        client
            .call(
                "InstallRelease",
                InstallReleaseRequest.newBuilder()
                    .setParent(TEAM_A)
                    .setReleaseId(release.substring(release.lastIndexOf('/') + 1))
                    .setChart("sandbox/held")
                    .build())
            .text("/name");
    Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> status(client, release).equals("pending-install"));
    return operation;
  }

  private static String status(V1Client client, String release) {
    var got = client.call("GetRelease", GetReleaseRequest.newBuilder().setName(release).build());
    return got.code() == Code.OK ? got.text("/status") : "";
  }

  private static V1Client.Result ended(V1Client client, String operation) {
    var request = GetOperationRequest.newBuilder().setName(operation).build();
    return Awaitility.await()
        .atMost(Duration.ofSeconds(30))
        .until(() -> client.call("GetOperation", request), got -> got.text("/done").equals("true"));
  }

  private static void assertUsable(V1Client client, String release) {
    assertThat(status(client, release)).isEqualTo("failed");
    var gone =
        client.call(
            "UninstallRelease",
            UninstallReleaseRequest.newBuilder().setName(release).setWait(true).build());
    assertThat(gone.text("/done")).isEqualTo("true");
    assertThat(gone.ok().has("error")).as(gone.ok().toString()).isFalse();
  }
}
