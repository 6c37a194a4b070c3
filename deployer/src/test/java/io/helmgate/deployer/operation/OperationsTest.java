package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.assertFailure;
import static io.helmgate.deployer.ReleaseFixture.success;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Progress;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.Write;
import java.time.Duration;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

final class OperationsTest {
  private static final Duration LOCK = Duration.ofMillis(90);

  private final TestClock clock = new TestClock();
  private final FakePorts ports = new FakePorts(LOCK);
  private final CompletableFuture<Void> goOn = new CompletableFuture<>();
  private final Operations operations =
      new Operations(
          ports.with((_, _, progress) -> work(progress)),
          new OperationSettings("replica-1", 2, Duration.ofHours(1), Duration.ZERO),
          clock,
          new Random(1));

  private volatile boolean broken;

  /** Works until the test says so, or it must stop. */
  private Outcome<Optional<ReleaseRevision>> work(Progress progress) {
    if (broken) {
      throw new StackOverflowError();
    }
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
    var result = started("a").result().orElseThrow();
    await().until(() -> ports.renewals.get() > 0);
    ports.outage = Optional.of(Reason.UNAVAILABLE);
    int renewals = ports.renewals.get();
    clock.advance(LOCK.multipliedBy(2).dividedBy(3).minusNanos(1));
    await().until(() -> ports.renewals.get() > renewals + 3);
    assertThat(result).as("there is time left").isNotDone();

    clock.advance(Duration.ofNanos(1));

    assertFailure(
        result.get(30, TimeUnit.SECONDS), Reason.ABORTED, "the lock of the operation was lost");
    assertThat(ports.ended).singleElement().matches(Operation::done);
  }

  @Test
  void aRenewalGivesTheHolderItsWholeTimeAgain() throws Exception {
    var result = started("a").result().orElseThrow();
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

    assertThat(success(result.get(30, TimeUnit.SECONDS))).isEmpty();
  }

  @Test
  void moreOperationsThanMayRunAreRefusedUntilOneHasEnded() throws Exception {
    var first = started("a").result().orElseThrow();
    var second = started("b").result().orElseThrow();

    assertFailure(
        operations.start(TEAM_A, write("c")),
        Reason.RESOURCE_EXHAUSTED,
        "too many operations are running");
    assertThat(ports.operations).as("nothing is kept of it").hasSize(2);
    assertThat(ports.locks).hasSize(2);

    goOn.complete(null);
    first.get(30, TimeUnit.SECONDS);
    second.get(30, TimeUnit.SECONDS);

    assertThat(success(started("c").result().orElseThrow().get(30, TimeUnit.SECONDS))).isEmpty();
    assertThat(success(started("d").result().orElseThrow().get(30, TimeUnit.SECONDS))).isEmpty();
    assertThat(ports.locks).isEmpty();
  }

  @Test
  void anErrorEndsItsOperationAndFreesTheRelease() throws Exception {
    broken = true;

    assertFailure(
        started("a").result().orElseThrow().get(30, TimeUnit.SECONDS),
        Reason.INTERNAL,
        "internal error");

    broken = false;
    assertThat(ports.ended).singleElement().matches(Operation::done);
    assertThat(ports.locks).isEmpty();
    started("a");
    started("b");
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

    var result = started("a").result().orElseThrow();
    goOn.complete(null);

    assertThat(success(result.get(30, TimeUnit.SECONDS))).isEmpty();
    assertThat(ports.ended).hasSize(1);
    assertThat(ports.locks).isEmpty();
  }

  private Operations.Started started(String release) {
    return success(operations.start(TEAM_A, write(release)));
  }

  private static Write write(String release) {
    return new Write.Unlock(new ReleaseRef("team-a", release), 1, Optional.empty());
  }
}
