package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.chart;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static io.helmgate.deployer.ReleaseFixture.within;
import static io.helmgate.deployer.operation.OperationFixture.awaitLockGivenBack;
import static io.helmgate.deployer.operation.OperationFixture.begun;
import static io.helmgate.deployer.operation.OperationFixture.ended;
import static io.helmgate.deployer.operation.OperationFixture.leaseOf;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.HelmSystem.Engine;
import io.helmgate.deployer.Replica;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.Write;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations whose Helm runs in a process that is killed, against a real API server. */
final class HelmProcessIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  private static Replica replica;

  private final Cli helm = SharedSandbox.get().cluster().helm();
  private final Cli kubectl = SharedSandbox.get().cluster().kubectl();

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    replica = Replica.start(SharedSandbox.get(), directory, Engine.CHILD_PROCESS);
  }

  @AfterAll
  static void stop() {
    replica.close();
    assertThat(helmProcesses()).isEmpty();
  }

  @Test
  void anInstallWhoseProcessIsKilledIsAbortedAndItsReleaseUsable() {
    var ref = ref("team-a");
    var started = heldBy(ref, 300);

    helmProcesses().forEach(ProcessHandle::destroyForcibly);
    var ended = ended(replica, started);

    assertFailed(
        ended,
        Reason.ABORTED,
        "release "
            + ref
            + ": Helm's process died during the operation;"
            + " revision 1 was pending-install and is marked as failed");
    assertThat(history(ref)).contains("failed", "Helm was killed during operation " + started.id());
    assertUsable(ref);
  }

  @Test
  void theOthersGoOnWhenOneProcessIsKilled() {
    var one = heldBy(ref("team-a"), 15);
    var other = heldBy(ref("team-a"), 15);

    var killed = new AtomicInteger();
    Awaitility.await()
        .atMost(SOON)
        .pollInterval(Duration.ofSeconds(1))
        .until(
            () -> {
              if (isDone(one) || isDone(other)) {
                return true;
              }
              helmProcesses().getFirst().destroyForcibly();
              killed.incrementAndGet();
              return false;
            });

    assertThat(killed).hasValueLessThan(4);
    var first = isDone(one) ? one : other;
    var second = first.equals(one) ? other : one;
    assertFailed(ended(replica, first), Reason.ABORTED, "Helm's process died");
    // Its hook is never done, so Helm itself ends it, by its own timeout.
    assertFailed(ended(replica, second), Reason.DEADLINE_EXCEEDED, "not done in time");
    assertThat(history(second.release())).contains("failed").doesNotContain("Helm was killed");
    assertUsable(first.release());
    assertUsable(second.release());
  }

  @Test
  void aCancelEndsHelmAtWork() {
    var ref = ref("team-a");
    var started = heldBy(ref, 300);

    success(replica.operations().cancel(TEAM_A, started));

    assertFailed(
        ended(replica, started),
        Reason.CANCELLED,
        "the operation was cancelled; revision 1 was pending-install and is marked as failed");
    assertUsable(ref);
  }

  @Test
  void anUpgradeThatIsCancelledLeavesTheDeployedRevision() {
    var ref = ref("team-a");
    success(replica.system().releases().install(TEAM_A, demo(ref, "0.1.0", Map.of())));
    var started = begun(replica, TEAM_A, new Write.Upgrade(held(ref, 300))).name();
    awaitPending(ref);

    success(replica.operations().cancel(TEAM_A, started));

    assertFailed(
        ended(replica, started),
        Reason.CANCELLED,
        "revision 2 was pending-upgrade and is marked as failed");
    assertThat(success(replica.system().releases().history(TEAM_A, ref, 0)))
        .extracting(ReleaseRevision::status)
        .containsExactly("failed", "deployed");
    var back = begun(replica, TEAM_A, rollback(ref));
    assertThat(ended(replica, back.name()).ending()).get().isInstanceOf(Ending.Succeeded.class);
  }

  @Test
  void aReplicaThatIsStoppedEndsHelmAndLeavesNothingPending(@TempDir Path directory)
      throws IOException {
    var ref = ref("team-a");
    try (var other = Replica.start(SharedSandbox.get(), directory, Engine.CHILD_PROCESS)) {
      begun(other, TEAM_A, new Write.Install(held(ref, 300)));
      awaitPending(ref);
    }

    assertThat(history(ref)).contains("failed", "Helm was killed");
    awaitLockGivenBack(kubectl, ref);
    assertUsable(ref);
  }

  @Test
  void aProcessThatHangsIsKilledWhenItsTimeIsOver() throws Exception {
    var ref = ref("team-a");
    var started = heldBy(ref, 5);

    // It no longer sees its own timeout, as a call that is stuck would not.
    for (var process : helmProcesses()) {
      assertThat(new ProcessBuilder("kill", "-STOP", "" + process.pid()).start().waitFor())
          .isZero();
    }

    assertFailed(
        ended(replica, started),
        Reason.DEADLINE_EXCEEDED,
        "not done in time; revision 1 was pending-install and is marked as failed");
    helmProcesses().forEach(ProcessHandle::destroyForcibly);
    assertUsable(ref);
  }

  @Test
  void anOperationThatLosesItsLockEndsItsHelmAndLeavesTheReleaseToWhoHasTheLock() {
    var ref = ref("team-a");
    var started = heldBy(ref, 300);

    kubectl.run(
        "patch",
        "lease",
        "-n",
        "helmgate",
        leaseOf(kubectl, ref),
        "-p",
        """
        {"metadata": {"annotations": {"helmgate.io/engine-seconds": "0"}},
         "spec": {"holderIdentity": "somebody"}}
        """);
    var ended = ended(replica, started);

    assertFailed(
        ended,
        Reason.ABORTED,
        "its replica was lost or has died; revision 1 was pending-install and is marked as failed");
    assertUsable(ref);
  }

  @Test
  void processesEndWithTheirParent(@TempDir Path directory) throws Exception {
    List<ProcessHandle> processes;
    try (var parent =
        new ReplicaProcess(directory, "held", ref("team-a"), 300, Engine.CHILD_PROCESS)) {
      awaitPending(parent.operation().release());
      processes = helmProcessesOf(parent.handle());
      assertThat(processes).isNotEmpty();
    }

    processes.forEach(process -> process.onExit().orTimeout(10, TimeUnit.SECONDS).join());
  }

  private OperationName heldBy(ReleaseRef ref, int seconds) {
    var started = begun(replica, TEAM_A, new Write.Install(held(ref, seconds)));
    awaitPending(ref);
    return started.name();
  }

  private boolean isDone(OperationName name) {
    return success(replica.operations().get(TEAM_A, name)).done();
  }

  private static List<ProcessHandle> helmProcesses() {
    return helmProcessesOf(ProcessHandle.current());
  }

  private static List<ProcessHandle> helmProcessesOf(ProcessHandle parent) {
    return parent
        .children()
        .filter(child -> child.info().commandLine().orElse("").contains("helm.HelmProcessMain"))
        .toList();
  }

  private static DeployRequest held(ReleaseRef ref, int seconds) {
    return within(Duration.ofSeconds(seconds), chart("held", ref, Map.of()));
  }

  private static Write rollback(ReleaseRef ref) {
    return new Write.Rollback(ref, 1, true, Duration.ofSeconds(60), Optional.empty());
  }

  private void assertUsable(ReleaseRef ref) {
    awaitLockGivenBack(kubectl, ref);
    var exists = !helm.run("list", "-a", "-q", "-n", "team-a", "--filter", ref.name()).isBlank();
    var request = demo(ref, "0.1.0", Map.of());
    var write = exists ? new Write.Upgrade(request) : new Write.Install(request);
    var next = begun(replica, TEAM_A, write);
    assertThat(ended(replica, next.name()).ending()).get().isInstanceOf(Ending.Succeeded.class);
  }

  private static void assertFailed(Operation operation, Reason reason, String text) {
    assertThat(operation.ending())
        .get()
        .isInstanceOfSatisfying(
            Ending.Failed.class,
            failed -> {
              assertThat(failed.message()).contains(text);
              assertThat(failed.reason()).isEqualTo(reason);
            });
  }

  private String history(ReleaseRef ref) {
    return helm.run("history", ref.name(), "-n", ref.namespace());
  }

  private void awaitPending(ReleaseRef ref) {
    Awaitility.await()
        .atMost(SOON)
        .until(
            () ->
                helm.run("list", "-a", "-n", "team-a", "--filter", ref.name())
                    .contains("pending-"));
  }
}
