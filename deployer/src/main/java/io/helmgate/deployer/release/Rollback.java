package io.helmgate.deployer.release;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Rolls a release back by replaying the stored manifest of an earlier revision, since the engine
 * has no rollback of its own and rendering the stored chart again would not give the same objects
 * (Helm does not store subcharts).
 */
final class Rollback {
  private final ReleaseStore store;
  private final HelmEngine engine;
  private final Settlement settlement;
  private final Clock clock;

  Rollback(ReleaseStore store, HelmEngine engine, Settlement settlement, Clock clock) {
    this.store = store;
    this.engine = engine;
    this.settlement = settlement;
    this.clock = clock;
  }

  Outcome<ReleaseRevision> run(
      Caller caller, ReleaseRef ref, List<RevisionState> revisions, Instant deadline) {
    RevisionState newest = revisions.getFirst();
    if (newest.pending()) {
      return Settlement.underWay(newest);
    }
    Optional<RevisionState> target =
        revisions.stream().skip(1).filter(RevisionState::wasGood).findFirst();
    if (target.isEmpty()) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION,
          "release " + ref + ": no earlier revision was good (expected: one to roll back to)");
    }
    int revision = newest.revision() + 1;
    return store
        .stored(caller, ref, target.get().revision())
        .flatMap(stored -> replay(caller, ref, revision, stored, deadline))
        .flatMap(_ -> store.stored(caller, ref, revision))
        .flatMap(
            stored -> settlement.settle(caller, stored, Settlement.deployed(revisions), deadline));
  }

  /** Also a failed replay gets the true chart, so that later reads and upgrades see it. */
  private Outcome<ReleaseRef> replay(
      Caller caller, ReleaseRef ref, int revision, StoredRevision target, Instant deadline) {
    Duration left = Duration.between(clock.instant(), deadline);
    Outcome<ReleaseRef> replayed = engine.run(caller, new EngineCommand.Replay(ref, target), left);
    Outcome<ReleaseRef> restored =
        store.restore(caller, ref, revision, target.revision().revision());
    return switch (replayed) {
      case Outcome.Success<ReleaseRef> _ -> restored;
      case Outcome.Failure<ReleaseRef> failure -> failure;
    };
  }
}
