package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.fresh;
import static io.helmgate.deployer.ReleaseFixture.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.HelmSystem;
import io.helmgate.deployer.Replica;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Write;
import io.helmgate.sandbox.process.Cli;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** What becomes of operations whose process is killed, on a real API server. */
@ParameterizedClass
@EnumSource(HelmSystem.Engine.class)
final class CrashIT {
  private static final Duration RECOVERY = Duration.ofSeconds(60);

  private final Cli kubectl = SharedSandbox.get().cluster().kubectl();
  private final Cli helm = SharedSandbox.get().cluster().helm();

  private final HelmSystem.Engine engine;
  @TempDir private Path directory;

  CrashIT(HelmSystem.Engine engine) {
    this.engine = engine;
  }

  @Test
  void anInstallThatIsKilledWhileHelmIsAtWorkIsAbortedAndItsReleaseUsable() throws Exception {
    var ref = new ReleaseRef("team-a", fresh("crash"));
    OperationName name;
    try (var child = new ReplicaProcess(directory, "held", ref, 12, engine)) {
      name = child.operation();
      Awaitility.await()
          .atMost(RECOVERY)
          .until(
              () ->
                  helm.run("list", "-a", "-n", "team-a", "--filter", ref.name())
                      .contains("pending-install"));
      assertThat(lease(name)).isNotEmpty();
    }

    // A new process, as after a restart.
    try (var replica = Replica.start(SharedSandbox.get(), directory)) {
      var ended = success(replica.operations().await(TEAM_A, name, RECOVERY));

      assertThat(ended.ending())
          .get()
          .isInstanceOfSatisfying(
              Ending.Failed.class,
              failed -> {
                assertThat(failed.reason()).isEqualTo(Reason.ABORTED);
                assertThat(failed.message())
                    .contains("revision 1 was pending-install and is marked as failed");
              });
      assertThat(helm.run("history", ref.name(), "-n", "team-a")).contains("failed", name.id());
      Awaitility.await().until(() -> lease(name).isEmpty());
      var usable =
          success(
              replica.operations().start(TEAM_A, new Write.Upgrade(demo(ref, "0.1.0", Map.of()))));
      assertThat(
              success(replica.operations().await(TEAM_A, usable.operation().name(), RECOVERY))
                  .ending())
          .get()
          .isInstanceOf(Ending.Succeeded.class);
    }
  }

  @Test
  void anInstallThatIsKilledWhileItWaitsIsAbortedByAnotherReplicaAndStaysDeployed()
      throws Exception {
    var ref = new ReleaseRef("team-a", fresh("crash"));
    try (var replica = Replica.start(SharedSandbox.get(), directory)) {
      OperationName name;
      try (var child = new ReplicaProcess(directory, "slow", ref, 600, engine)) {
        name = child.operation();
        Awaitility.await()
            .atMost(RECOVERY)
            .until(() -> success(replica.operations().get(TEAM_A, name)).phase() == Phase.WAITING);
      }

      var ended = success(replica.operations().await(TEAM_A, name, RECOVERY));

      assertThat(ended.ending())
          .get()
          .isInstanceOfSatisfying(
              Ending.Failed.class,
              failed -> {
                assertThat(failed.reason()).isEqualTo(Reason.ABORTED);
                assertThat(failed.message()).contains("revision 1 is deployed");
              });
      assertThat(helm.run("status", ref.name(), "-n", "team-a")).contains("STATUS: deployed");
      Awaitility.await().until(() -> lease(name).isEmpty());
    }
  }

  @Test
  void aPendingRevisionThatTheOperationDidNotWriteIsLeftAlone() throws Exception {
    var ref = new ReleaseRef("team-a", fresh("crash"));
    OperationName name;
    try (var child = new ReplicaProcess(directory, "held", ref, 5, engine)) {
      name = child.operation();
      Awaitility.await()
          .atMost(RECOVERY)
          .until(() -> helm.run("list", "-a", "-n", "team-a").contains(ref.name()));
    }
    // Somebody else's helm: the same revision, without the operation's id.
    helm.run("uninstall", ref.name(), "-n", "team-a", "--no-hooks");
    try (var replica = Replica.start(SharedSandbox.get(), directory)) {
      success(replica.system().releases().install(TEAM_A, demo(ref, "0.1.0", Map.of())));
      success(replica.system().ports().store().mark(TEAM_A, ref, 1, "pending-install"));

      var ended = success(replica.operations().await(TEAM_A, name, RECOVERY));

      assertThat(((Ending.Failed) ended.ending().orElseThrow()).message())
          .contains("revision 1 is pending-install by somebody else");
      assertThat(helm.run("list", "-a", "-n", "team-a", "--filter", ref.name()))
          .contains("pending-install");
    }
  }

  private String lease(OperationName name) {
    return kubectl.run(
        "get",
        "leases",
        "-n",
        "helmgate",
        "-o",
        "jsonpath={.items[?(@.metadata.annotations.helmgate\\.io/operation==\""
            + name.id()
            + "\")].metadata.name}");
  }
}
