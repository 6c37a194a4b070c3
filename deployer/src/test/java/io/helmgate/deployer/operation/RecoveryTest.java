package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.operation.ReleaseLocks.Held;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.kit.assertion.MutableClock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

final class RecoveryTest {
  private static final Duration LEASE = Duration.ofSeconds(15);
  private static final Duration ENGINE = Duration.ofMinutes(5);
  private static final Duration RETENTION = Duration.ofHours(1);

  private final MutableClock clock = new MutableClock();
  private final AtomicLong nanos = new AtomicLong(Long.MAX_VALUE - 1); // it may run over
  private final FakePorts ports = new FakePorts(LEASE);
  private final Recovery recovery =
      new Recovery(
          ports.with(
              (_, _, _) -> {
                throw new AssertionError("nothing is carried out again");
              }),
          new OperationSettings("replica-2", 2, RETENTION, Duration.ZERO),
          clock,
          nanos::get);

  @Test
  void aSilentHolderIsWaitedForAsLongAsItsLeaseAndItsHelmMayLast() {
    var operation = running("web", 0);
    ports.locks.add(held(operation, "7"));
    recovery.look();

    nanos.addAndGet(LEASE.plus(ENGINE).minusNanos(1).toNanos());
    recovery.look();
    assertThat(ports.taken).as("a nanosecond early").isEmpty();

    nanos.addAndGet(1);
    recovery.look();
    assertThat(ports.taken).containsExactly(operation.name());
    assertThat(ports.ended)
        .singleElement()
        .satisfies(
            ended -> {
              assertThat(failed(ended).reason()).isEqualTo(Reason.ABORTED);
              assertThat(failed(ended).message()).endsWith("nothing was written");
            });
    assertThat(ports.locks).isEmpty();
  }

  @Test
  void aSignOfLifeOfItsHolderMakesTheWaitBeginAgain() {
    var operation = running("web", 0);
    ports.locks.add(held(operation, "7"));
    recovery.look();
    nanos.addAndGet(LEASE.plus(ENGINE).minusNanos(1).toNanos());
    ports.locks.set(0, held(operation, "8"));
    recovery.look();

    nanos.addAndGet(LEASE.plus(ENGINE).minusNanos(1).toNanos());
    recovery.look();
    assertThat(ports.taken).isEmpty();

    nanos.addAndGet(1);
    recovery.look();
    assertThat(ports.taken).containsExactly(operation.name());
  }

  @Test
  void theOperationOfACallerWhoHasLostItsRightsEndsAndItsRevisionIsLeftAsItIs() {
    var operation = running("web", 4);
    ports.revisions = Outcome.failure(Reason.PERMISSION_DENIED, "cannot list");
    dies(operation);

    assertThat(ports.ended)
        .singleElement()
        .satisfies(
            ended -> {
              assertThat(failed(ended).reason()).isEqualTo(Reason.ABORTED);
              assertThat(failed(ended).message())
                  .endsWith("its revision could not be looked after: cannot list");
              assertThat(ended.revisions().written()).isEmpty();
            });
    assertThat(ports.locks).as("others may work on the release").isEmpty();
  }

  @Test
  void anOutageLeavesTheOperationToTheNextLook() {
    var operation = running("web", 4);
    ports.revisions = Outcome.failure(Reason.UNAVAILABLE, "no answer");
    dies(operation);

    assertThat(ports.taken).isNotEmpty();
    assertThat(ports.ended).isEmpty();
    assertThat(ports.locks).hasSize(1);
    assertThat(success(ports.get(operation.name())).done()).isFalse();
  }

  @Test
  void anOperationThatHasEndedIsKeptForItsTimeAndNoLonger() {
    var ended = running("web", 0).ended(new Ending.Succeeded(Optional.empty()), clock.instant());
    var running = running("other", 0);
    ports.operations.put(ended.name(), ended);

    clock.advance(RETENTION);
    recovery.look();
    assertThat(ports.operations).containsKeys(ended.name(), running.name());

    clock.advance(Duration.ofMinutes(1));
    recovery.look();
    assertThat(ports.operations).containsOnlyKeys(running.name());

    clock.advance(RETENTION.multipliedBy(10));
    recovery.look();
    assertThat(ports.operations).as("it has not ended").containsOnlyKeys(running.name());
  }

  /** Until it is recovered. */
  private void dies(Operation operation) {
    ports.locks.add(held(operation, "7"));
    recovery.look();
    nanos.addAndGet(LEASE.plus(ENGINE).toNanos());
    recovery.look();
  }

  private Operation running(String release, int revision) {
    var name = new OperationName(new ReleaseRef("team-a", release), "id-of-" + release);
    var operation =
        new Operation(
            name,
            Action.UPGRADE,
            TEAM_A,
            "",
            "replica-1",
            "",
            "",
            "",
            "",
            Phase.APPLYING,
            new Revisions(OptionalInt.of(3), revision, OptionalInt.empty()),
            false,
            clock.instant(),
            clock.instant(),
            List.of(),
            List.of(),
            List.of(),
            Optional.empty());
    ports.operations.put(name, operation);
    return operation;
  }

  private static Held held(Operation operation, String version) {
    return new Held(operation.name(), version, LEASE.plus(ENGINE));
  }

  private static Ending.Failed failed(Operation operation) {
    return (Ending.Failed) operation.ending().orElseThrow();
  }
}
