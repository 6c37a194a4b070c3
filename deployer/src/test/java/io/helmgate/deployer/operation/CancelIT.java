package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.chart;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static io.helmgate.deployer.ReleaseFixture.within;
import static io.helmgate.deployer.operation.OperationFixture.SOON;
import static io.helmgate.deployer.operation.OperationFixture.awaitLockGivenBack;
import static io.helmgate.deployer.operation.OperationFixture.awaitPhase;
import static io.helmgate.deployer.operation.OperationFixture.begun;
import static io.helmgate.deployer.operation.OperationFixture.ended;
import static io.helmgate.deployer.operation.OperationFixture.phases;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.HelmSystem.Engine;
import io.helmgate.deployer.Replica;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Write;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.AfterParameterizedClassInvocation;
import org.junit.jupiter.params.BeforeParameterizedClassInvocation;
import org.junit.jupiter.params.Parameter;
import org.junit.jupiter.params.ParameterizedClass;
import org.junit.jupiter.params.provider.EnumSource;

/** Operations whose end is asked for, against a real API server. */
@ParameterizedClass
@SuppressWarnings({"NullAway.Init", "UnusedVariable"}) // JUnit sets them for each engine.
@EnumSource(Engine.class)
final class CancelIT {
  @Parameter private Engine helmEngine;

  private static Replica one;
  private static Replica other;
  private static Cli kubectl;
  private static Cli helm;

  @BeforeParameterizedClassInvocation
  static void start(Engine engine, @TempDir Path directory) throws IOException {
    var sandbox = SharedSandbox.get();
    kubectl = sandbox.cluster().kubectl();
    helm = sandbox.cluster().helm();
    one = Replica.start(sandbox, directory, engine);
    other = Replica.start(sandbox, directory, engine);
  }

  @AfterParameterizedClassInvocation
  static void stop() {
    other.close();
    one.close();
  }

  @Test
  void anOperationThatWaitsIsCancelledByAnyReplica() throws InterruptedException {
    var ref = ref("team-a");
    var started = begun(one, TEAM_A, new Write.Install(chart("slow", ref, Map.of("ready", false))));
    awaitPhase(other, started.name(), Phase.WAITING);

    success(other.operations().cancel(TEAM_A, started.name()));
    var ended = ended(other, started.name());

    assertThat(ended.cancelRequested()).isTrue();
    assertThat(ended.ending())
        .get()
        .isInstanceOfSatisfying(
            Ending.Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.CANCELLED));
    assertThat(helm.run("status", ref.name(), "-n", "team-a")).contains("STATUS: failed");
    awaitLockGivenBack(kubectl, ref);
    assertThat(success(other.operations().cancel(TEAM_A, started.name())).ending())
        .isEqualTo(ended.ending());
  }

  @Test
  void anOperationThatHelmHasNotBegunIsCancelledAndWritesNothing() throws InterruptedException {
    var busy = List.of(ref("team-a"), ref("team-a"));
    var ref = ref("team-a");
    List<OperationName> atWork = new ArrayList<>();
    for (var held : busy) {
      // The engine has two threads.
      var started =
          begun(
              one,
              TEAM_A,
              new Write.Install(within(Duration.ofSeconds(8), chart("held", held, Map.of()))));
      awaitPhase(other, started.name(), Phase.APPLYING);
      atWork.add(started.name());
    }
    var started = begun(one, TEAM_A, new Write.Install(demo(ref, "0.1.0", Map.of())));
    awaitPhase(other, started.name(), Phase.CHECKING);

    success(other.operations().cancel(TEAM_A, started.name()));
    var ended = ended(other, started.name());

    assertThat(ended.ending())
        .get()
        .isInstanceOfSatisfying(
            Ending.Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.CANCELLED));
    assertThat(phases(ended))
        .containsExactly(Phase.QUEUED, Phase.FETCHING, Phase.RENDERING, Phase.CHECKING, Phase.DONE);
    assertThat(kubectl.run("get", "secrets", "-n", "team-a", "-l", "name=" + ref.name())).isBlank();
    // Other tests need the threads.
    atWork.forEach(name -> ended(one, name));
  }

  @Test
  void aCancelWhileHelmIsAtWorkEndsTheOperationOnceHelmIsDoneAndTheReleaseIsUsable()
      throws InterruptedException {
    var ref = ref("team-a");
    var timeout = Duration.ofSeconds(5);
    var started =
        begun(one, TEAM_A, new Write.Install(within(timeout, chart("held", ref, Map.of()))));
    awaitPhase(other, started.name(), Phase.APPLYING);
    Awaitility.await().atMost(SOON).until(() -> history(ref).contains("pending-install"));

    success(other.operations().cancel(TEAM_A, started.name()));
    var ended = ended(other, started.name());

    assertThat(ended.ending())
        .get()
        .isInstanceOfSatisfying(
            Ending.Failed.class, failed -> assertThat(failed.reason()).isEqualTo(Reason.CANCELLED));
    if (helmEngine == Engine.IN_PROCESS) {
      // Nothing can stop it there.
      assertThat(Duration.between(ended.created(), ended.updated()))
          .isGreaterThanOrEqualTo(timeout.minusSeconds(1));
    }
    assertThat(history(ref)).contains("failed").doesNotContain("pending");
    awaitLockGivenBack(kubectl, ref);
    var next = begun(other, TEAM_A, new Write.Upgrade(demo(ref, "0.1.0", Map.of())));
    assertThat(ended(one, next.name()).ending()).get().isInstanceOf(Ending.Succeeded.class);
    assertThat(helm.run("status", ref.name(), "-n", "team-a")).contains("STATUS: deployed");
  }

  /** Of a release that may not be there yet. */
  private static String history(ReleaseRef ref) {
    return helm.run("list", "-a", "-n", "team-a", "--filter", "^" + ref.name() + "$");
  }
}
