package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.Progress;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.Write;
import io.helmgate.kit.assertion.MutableClock;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OperationsTest {
  private static final Duration LOCK = Duration.ofMillis(90);

  private final MutableClock clock = new MutableClock();
  private final FakePorts ports = new FakePorts(LOCK);
  private final CompletableFuture<Void> goOn = new CompletableFuture<>();
  private final Operations operations = operations(ports);
  private volatile boolean broken;
  private volatile Consumer<Progress> works = _ -> {};

  private Operations operations(FakePorts on) {
    return new Operations(
        on.with((_, _, progress) -> work(progress)),
        new OperationSettings("replica-1", 2, Duration.ofHours(1), Duration.ZERO),
        clock,
        new Random(1));
  }

  /** Works until the test says so, or it must stop. */
  private Outcome<Optional<ReleaseRevision>> work(Progress progress) {
    if (broken) {
      throw new StackOverflowError();
    }
    works.accept(progress);
    progress.onStop(() -> goOn.complete(null));
    goOn.join();
    return progress
        .stopped()
        .<Outcome<Optional<ReleaseRevision>>>map(
            why -> Outcome.failure(why.reason(), why.message()))
        .orElseGet(() -> Outcome.success(Optional.empty()));
  }

  @AfterEach
  void stop() {
    goOn.complete(null);
    operations.close();
  }

  @Test
  void aHolderThatCannotRenewItsLockStopsWhileItStillHasIt() throws Exception {
    var result = result("a");
    await().until(() -> ports.renewals.get() > 0);
    ports.outage = Optional.of(Reason.UNAVAILABLE);
    int renewals = ports.renewals.get();
    clock.advance(LOCK.multipliedBy(2).dividedBy(3).minusNanos(1));
    await().until(() -> ports.renewals.get() > renewals + 3);
    assertThat(result).as("there is time left").isNotDone();

    clock.advance(Duration.ofNanos(1));

    assertFailure(outcome(result), Reason.ABORTED, "the lock of the operation was lost");
    assertThat(ports.ended).singleElement().matches(Operation::done);
  }

  @Test
  void aRenewalGivesTheHolderItsWholeTimeAgain() throws Exception {
    var result = result("a");
    ports.outage = Optional.of(Reason.UNAVAILABLE);
    clock.advance(LOCK.dividedBy(2));
    int failed = ports.renewals.get();
    await().until(() -> ports.renewals.get() > failed + 1);
    ports.outage = Optional.empty();
    int renewed = ports.renewals.get();
    await().until(() -> ports.renewals.get() > renewed + 1);
    ports.outage = Optional.of(Reason.UNAVAILABLE);
    clock.advance(LOCK.dividedBy(2));
    int again = ports.renewals.get();
    await().until(() -> ports.renewals.get() > again + 3);
    assertThat(result).isNotDone();

    goOn.complete(null);

    assertThat(success(outcome(result))).isEmpty();
  }

  @Test
  void whatIsPreparedIsAnnouncedOnce() throws Exception {
    var lasting = new FakePorts(Duration.ofHours(1));
    var helm = Duration.ofMinutes(1);
    works =
        progress -> {
          progress.prepare(helm);
          progress.apply(helm);
        };
    goOn.complete(null);
    try (var prepared = operations(lasting)) {
      success(outcome(result(prepared, "a")));
    }
    assertThat(lasting.renewals).hasValue(1);
  }

  @Test
  void moreOperationsThanMayRunAreRefusedUntilOneHasEnded() throws Exception {
    var first = result("a");
    var second = result("b");

    assertFailure(
        operations.start(TEAM_A, write("c")),
        Reason.RESOURCE_EXHAUSTED,
        "too many operations are running");
    assertThat(ports.operations).as("nothing is kept of it").hasSize(2);
    assertThat(ports.locks).hasSize(2);

    goOn.complete(null);
    outcome(first);
    outcome(second);

    // Slots and locks are given back right after whoever waits is told.
    await().until(() -> operations.start(TEAM_A, write("c")) instanceof Outcome.Success);
    await().until(() -> operations.start(TEAM_A, write("d")) instanceof Outcome.Success);
    await().until(ports.locks::isEmpty);
  }

  @Test
  void anErrorEndsItsOperationAndFreesTheRelease() throws Exception {
    broken = true;

    assertFailure(outcome(result("a")), Reason.INTERNAL, "internal error");

    broken = false;
    assertThat(ports.ended).singleElement().matches(Operation::done);
    undisturbed().until(ports.locks::isEmpty);
    assertThat(result("a")).isNotDone();
    undisturbed().until(() -> operations.start(TEAM_A, write("b")) instanceof Outcome.Success);
  }

  @Test
  void aRecordThatMayBeThereKeepsItsLockUntilItIsLookedAfter() {
    ports.misled = Optional.of(Reason.UNAVAILABLE);

    assertFailure(operations.start(TEAM_A, write("a")), Reason.UNAVAILABLE, "no answer");

    assertThat(ports.operations).hasSize(1);
    assertThat(ports.locks).hasSize(1);
  }

  @Test
  void aRecordOfOursIsKnownAgainWhenItsAnswerGotLost() throws Exception {
    ports.misled = Optional.of(Reason.ALREADY_EXISTS);

    var result = result("a");
    goOn.complete(null);

    assertThat(success(outcome(result))).isEmpty();
    assertThat(ports.ended).hasSize(1);
    await().until(ports.locks::isEmpty);
  }

  @Test
  void noPhaseBeginsBeforeTheRecordIsThere() throws Exception {
    ports.recording.drainPermits();
    goOn.complete(null);
    var entering = new CompletableFuture<Void>();
    var entered = new CompletableFuture<Outcome<Phase>>();
    works =
        progress -> {
          entering.complete(null);
          entered.complete(progress.enter(Phase.APPLYING));
        };

    var started = CompletableFuture.supplyAsync(() -> operations.start(TEAM_A, write("a")));
    entering.get(30, TimeUnit.SECONDS);
    assertThat(entered).isNotDone();
    ports.recording.release();

    assertThat(success(entered.get(30, TimeUnit.SECONDS))).isEqualTo(Phase.APPLYING);
    assertThat(success(outcome(success(started.get(30, TimeUnit.SECONDS)).result().orElseThrow())))
        .isEmpty();
  }

  @Test
  void withoutARecordNoPhaseBeginsAndTheReleaseIsFree() throws Exception {
    ports.misled = Optional.of(Reason.RESOURCE_EXHAUSTED);
    goOn.complete(null);
    var entered = new CompletableFuture<Outcome<Phase>>();
    works = progress -> entered.complete(progress.enter(Phase.APPLYING));

    assertFailure(operations.start(TEAM_A, write("a")), Reason.RESOURCE_EXHAUSTED, "no answer");

    assertThat(entered.get(30, TimeUnit.SECONDS)).isInstanceOf(Outcome.Failure.class);
    assertThat(ports.ended).isEmpty();
    await().until(ports.locks::isEmpty);
  }

  @Test
  void whoHasStartedAnOperationIsToldItsEnd() {
    var started = success(operations.start(TEAM_A, write("a")));

    assertThat(success(operations.await(TEAM_A, started, Duration.ZERO)).done()).isFalse();
    goOn.complete(null);
    assertThat(success(operations.await(TEAM_A, started, Duration.ofSeconds(30))).done()).isTrue();
  }

  @Test
  void whoWaitsForAnOperationIsToldOfItWhenTheReplicaStops() {
    var started = success(operations.start(TEAM_A, write("a")));
    operations.endWatches();

    var seen = success(operations.await(TEAM_A, started, Duration.ofMinutes(1)));

    assertThat(seen.done()).isFalse();
  }

  @Test
  void anErrorWhileTheRecordIsMadeEndsTheOperation() throws Exception {
    ports.broken = true;
    goOn.complete(null);
    var entered = new CompletableFuture<Outcome<Phase>>();
    works = progress -> entered.complete(progress.enter(Phase.APPLYING));

    assertThatThrownBy(() -> operations.start(TEAM_A, write("a")))
        .isInstanceOf(StackOverflowError.class);

    assertThat(entered.get(30, TimeUnit.SECONDS)).isInstanceOf(Outcome.Failure.class);
    assertThat(ports.locks).as("runs out").hasSize(1);
    ports.broken = false;
    await().until(() -> operations.start(TEAM_A, write("b")) instanceof Outcome.Success);
    await().until(() -> operations.start(TEAM_A, write("c")) instanceof Outcome.Success);
  }

  /** Otherwise an error of an operation's thread, which is meant, would end the wait. */
  private static ConditionFactory undisturbed() {
    return await().dontCatchUncaughtExceptions();
  }

  private CompletableFuture<Operations.Result> result(String release) {
    return result(operations, release);
  }

  private static CompletableFuture<Operations.Result> result(Operations on, String release) {
    return success(on.start(TEAM_A, write(release))).result().orElseThrow();
  }

  private static Outcome<Optional<ReleaseRevision>> outcome(
      CompletableFuture<Operations.Result> result) throws Exception {
    return result.get(30, TimeUnit.SECONDS).outcome();
  }

  private static Write write(String release) {
    return new Write.Unlock(new ReleaseRef("team-a", release), 1, Optional.empty());
  }
}
