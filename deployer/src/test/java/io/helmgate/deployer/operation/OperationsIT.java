package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.PLATFORM;
import static io.helmgate.deployer.ReleaseFixture.READER;
import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static io.helmgate.deployer.ReleaseFixture.with;
import static io.helmgate.deployer.operation.OperationFixture.SOON;
import static io.helmgate.deployer.operation.OperationFixture.awaitLockGivenBack;
import static io.helmgate.deployer.operation.OperationFixture.begun;
import static io.helmgate.deployer.operation.OperationFixture.ended;
import static io.helmgate.deployer.operation.OperationFixture.phases;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.Replica;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.operation.OperationWatch.Step;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.Propagation;
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
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Operations of two replicas against a real API server. */
final class OperationsIT {
  private static Replica one;
  private static Replica other;
  private static Cli kubectl;
  private static Cli helm;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    var sandbox = SharedSandbox.get();
    kubectl = sandbox.cluster().kubectl();
    helm = sandbox.cluster().helm();
    one = Replica.start(sandbox, directory);
    other = Replica.start(sandbox, directory);
  }

  @AfterAll
  static void stop() {
    other.close();
    one.close();
  }

  @Test
  void anInstallGoesOnAfterItsCallAndAnyReplicaTellsOfIt() throws InterruptedException {
    var ref = ref("team-a");

    var started = begun(one, TEAM_A, new Write.Install(demo(ref, "0.1.0", Map.of())));
    var ended = ended(other, started.name());

    assertThat(started.done()).isFalse();
    assertThat(ended.ending()).get().isInstanceOf(Ending.Succeeded.class);
    assertThat(((Ending.Succeeded) ended.ending().orElseThrow()).release())
        .get()
        .satisfies(
            release -> {
              assertThat(release.revision()).isEqualTo(1);
              assertThat(release.status()).isEqualTo("deployed");
              assertThat(release.chart().version()).isEqualTo("0.1.0");
            });
    assertThat(ended.action()).isEqualTo(Action.INSTALL);
    assertThat(ended.caller()).isEqualTo(TEAM_A);
    assertThat(ended.chart()).isEqualTo("sandbox/demo");
    assertThat(ended.chartVersion()).isEqualTo("0.1.0");
    assertThat(ended.chartDigest()).startsWith("sha256:");
    assertThat(ended.revision()).isEqualTo(1);
    assertThat(phases(ended))
        .containsExactly(
            Phase.QUEUED,
            Phase.FETCHING,
            Phase.RENDERING,
            Phase.CHECKING,
            Phase.APPLYING,
            Phase.WAITING,
            Phase.DONE);
    assertThat(ended.objects())
        .extracting(object -> object.kind() + " " + object.ready())
        .contains("Deployment true", "Service true", "ConfigMap true");
    awaitLockGivenBack(kubectl, ref);
    assertThat(helm.run("status", ref.name(), "-n", "team-a")).contains("STATUS: deployed");
  }

  @Test
  void theEventsComeInOrderAndAWatchGoesOnWhereAnotherEnded() throws InterruptedException {
    var ref = ref("team-a");
    var started = begun(one, TEAM_A, new Write.Install(demo(ref, "0.1.0", Map.of())));

    List<Event> seen = new ArrayList<>();
    try (var watch = success(other.operations().watch(TEAM_A, started.name(), 0))) {
      while (seen.size() < 3) {
        if (watch.next(SOON) instanceof Step.Happened(var event, var _)) {
          seen.add(event);
        }
      }
    }
    Optional<Operation> last = Optional.empty();
    try (var watch = success(one.operations().watch(TEAM_A, started.name(), 3))) {
      while (watch.next(SOON) instanceof Step.Happened(var event, var ended)) {
        seen.add(event);
        last = ended;
      }
    }

    assertThat(seen).isEqualTo(success(one.operations().get(TEAM_A, started.name())).events());
    assertThat(seen).extracting(Event::sequence).startsWith(1, 2, 3, 4).isSorted();
    assertThat(seen.getLast().phase()).isEqualTo(Phase.DONE);
    assertThat(seen).anyMatch(event -> event.object().isPresent());
    assertThat(last).get().matches(Operation::done);
  }

  @Test
  void aRepeatedRequestGetsTheFirstOnesOperation() throws InterruptedException {
    var ref = ref("team-a");
    var request = with(UUID.randomUUID().toString(), demo(ref, "0.1.0", Map.of("a", 1L, "b", "x")));
    var again =
        with(request.requestId().orElseThrow(), demo(ref, "0.1.0", Map.of("b", "x", "a", 1L)));

    var first = begun(one, TEAM_A, new Write.Install(request));
    var atOnce = begun(other, TEAM_A, new Write.Install(again));
    ended(one, first.name());
    var later = success(other.operations().start(TEAM_A, new Write.Install(again)));

    assertThat(atOnce.name()).isEqualTo(first.name());
    assertThat(later.operation().name()).isEqualTo(first.name());
    assertThat(later.operation().done()).isTrue();
    assertThat(later.result()).isEmpty();
    assertThat(helm.run("history", ref.name(), "-n", "team-a").lines()).hasSize(2);
    assertFailure(
        other
            .operations()
            .start(
                TEAM_A,
                new Write.Install(
                    with(request.requestId().get(), demo(ref, "0.1.0", Map.of("a", 2L))))),
        Reason.INVALID_ARGUMENT,
        "request_id");
  }

  @Test
  void ofTwoReplicasThatRaceOnOneReleaseOneWins() throws Exception {
    var ref = ref("team-a");
    var barrier = new CyclicBarrier(8);
    List<Future<Outcome<Operations.Started>>> calls = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (int i = 0; i < 8; i++) {
        var replica = i % 2 == 0 ? one : other;
        calls.add(
            threads.submit(
                () -> {
                  barrier.await();
                  return replica
                      .operations()
                      .start(TEAM_A, new Write.Install(demo(ref, "0.1.0", Map.of())));
                }));
      }
    }
    List<Operations.Started> won = new ArrayList<>();
    List<String> lost = new ArrayList<>();
    for (var call : calls) {
      switch (call.get()) {
        case Outcome.Success<Operations.Started>(var started) -> won.add(started);
        case Outcome.Failure<Operations.Started>(var reason, var message, var _) -> {
          assertThat(reason).isEqualTo(Reason.ABORTED);
          lost.add(message);
        }
      }
    }

    assertThat(won).hasSize(1);
    assertThat(lost)
        .hasSize(7)
        .allMatch(message -> message.contains(won.getFirst().operation().name().id()));
    assertThat(ended(one, won.getFirst().operation().name()).ending())
        .get()
        .isInstanceOf(Ending.Succeeded.class);
  }

  @Test
  void whoMayNotWriteIsRefusedBeforeAnythingIsKeptOrLocked() {
    var ref = ref("team-a");
    var elsewhere = ref("team-b");

    assertFailure(
        one.operations().start(READER, new Write.Install(demo(ref, "0.1.0", Map.of()))),
        Reason.PERMISSION_DENIED,
        "cannot create");
    assertFailure(
        one.operations().start(TEAM_A, new Write.Install(demo(elsewhere, "0.1.0", Map.of()))),
        Reason.PERMISSION_DENIED,
        "cannot create");

    assertThat(
            success(
                one.operations().list(PLATFORM, Optional.of("team-a"), Optional.of(ref.name()))))
        .isEmpty();
    assertThat(
            success(
                one.operations()
                    .list(PLATFORM, Optional.of("team-b"), Optional.of(elsewhere.name()))))
        .isEmpty();
    awaitLockGivenBack(kubectl, ref);
  }

  @Test
  void whoMayNotReadAReleaseMayNotReadOrCancelItsOperations() throws InterruptedException {
    var ref = ref("team-b");
    var started = begun(one, PLATFORM, new Write.Install(demo(ref, "0.1.0", Map.of())));
    ended(one, PLATFORM, started.name());

    assertFailure(
        one.operations().get(TEAM_A, started.name()), Reason.PERMISSION_DENIED, "cannot get");
    assertFailure(
        one.operations().cancel(TEAM_A, started.name()), Reason.PERMISSION_DENIED, "cannot update");
    assertFailure(
        one.operations().list(TEAM_A, Optional.of("team-b"), Optional.empty()),
        Reason.PERMISSION_DENIED,
        "cannot get");
    assertFailure(
        one.operations()
            .get(PLATFORM, new OperationName(new ReleaseRef("team-a", "x"), started.name().id())),
        Reason.NOT_FOUND,
        "no operation");
  }

  @Test
  void whoHasSeenTheEndOfAnOperationBeginsTheNextOneAtOnce() {
    var ref = ref("team-a");
    ended(one, begun(one, TEAM_A, new Write.Install(demo(ref, "0.1.0", Map.of()))).name());

    // A refused write ends quickly, and its lock is given back just after its end is written down.
    for (int attempt = 0; attempt < 20; attempt++) {
      var replica = attempt % 2 == 0 ? one : other;
      var unlock = begun(replica, TEAM_A, new Write.Unlock(ref, 1, Optional.empty()));
      assertThat(ended(replica, unlock.name()).ending())
          .get()
          .isInstanceOfSatisfying(
              Ending.Failed.class,
              failed -> assertThat(failed.reason()).isEqualTo(Reason.FAILED_PRECONDITION));
    }
  }

  @Test
  void whatHelmLeftPendingIsShownAndEndedOnlyWhenThatIsAskedFor() throws Exception {
    var ref = ref("team-a");
    // As a helm program leaves it that is killed.
    success(one.system().releases().install(TEAM_A, demo(ref, "0.1.0", Map.of())));
    success(one.system().ports().store().mark(TEAM_A, ref, 1, "pending-install"));
    var upgrade = new Write.Upgrade(demo(ref, "0.2.0", Map.of()));

    var refused = ended(one, begun(one, TEAM_A, upgrade).name());
    var shown = success(one.catalog().revisions(TEAM_A, ref, new Page.Wanted(1, Optional.empty())));
    var wrong = ended(one, begun(one, TEAM_A, new Write.Unlock(ref, 2, Optional.empty())).name());
    var unlocked =
        ended(other, begun(other, TEAM_A, new Write.Unlock(ref, 1, Optional.empty())).name());

    assertThat(((Ending.Failed) refused.ending().orElseThrow()).message())
        .contains("pending-install");
    assertThat(shown.items().getFirst().status()).isEqualTo("pending-install");
    assertThat(((Ending.Failed) wrong.ending().orElseThrow()).reason())
        .isEqualTo(Reason.FAILED_PRECONDITION);
    assertThat(unlocked.ending()).get().isInstanceOf(Ending.Succeeded.class);
    assertThat(helm.run("history", ref.name(), "-n", "team-a"))
        .contains("failed", "Unlocked by keycloak:bob, was pending-install");
    assertThat(ended(one, begun(one, TEAM_A, upgrade).name()).ending())
        .get()
        .isInstanceOf(Ending.Succeeded.class);
  }

  @Test
  void uninstallsWithItsHistoryKeptAndRollsBackToIt() throws InterruptedException {
    var ref = ref("team-a");
    success(one.system().releases().install(TEAM_A, demo(ref, "0.1.0", Map.of())));

    var uninstalled =
        ended(
            one,
            begun(
                    one,
                    TEAM_A,
                    new Write.Uninstall(
                        ref,
                        true,
                        false,
                        Propagation.BACKGROUND,
                        Duration.ofMinutes(1),
                        Optional.empty()))
                .name());
    var gone = kubectl.run("get", "configmaps", "-n", "team-a", "-o", "name");
    var back =
        ended(
            one,
            begun(
                    one,
                    TEAM_A,
                    new Write.Rollback(ref, 1, true, Duration.ofMinutes(1), Optional.empty()))
                .name());

    assertThat(((Ending.Succeeded) uninstalled.ending().orElseThrow()).release())
        .get()
        .matches(release -> release.status().equals("uninstalled"));
    assertThat(gone).doesNotContain("configmap/" + ref.name() + "\n");
    assertThat(back.ending()).get().isInstanceOf(Ending.Succeeded.class);
    assertThat(helm.run("status", ref.name(), "-n", "team-a"))
        .contains("STATUS: deployed", "REVISION: 2");
  }
}
