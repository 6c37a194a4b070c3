package io.helmgate.deployer.release;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Rolls a release back by replaying the stored manifest of an earlier revision, since the engine
 * has no rollback of its own and rendering the stored chart again would not give the same objects
 * (Helm does not store subcharts).
 */
final class Rollback {
  private static final Logger log = LoggerFactory.getLogger(Rollback.class);

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
        .flatMap(stored -> replay(caller, ref, revisions, stored, deadline))
        .flatMap(_ -> store.stored(caller, ref, revision))
        .flatMap(
            stored -> settlement.settle(caller, stored, Settlement.deployed(revisions), deadline));
  }

  /**
   * The engine compares the target with the deployed revision, a rollback with the newest one,
   * whose objects are on the cluster. So when the newest one failed, an older one must cease to be
   * deployed first.
   */
  private Outcome<ReleaseRef> replay(
      Caller caller,
      ReleaseRef ref,
      List<RevisionState> revisions,
      StoredRevision target,
      Instant deadline) {
    RevisionState newest = revisions.getFirst();
    OptionalInt deployed = Settlement.deployed(revisions);
    if (deployed.isEmpty() || deployed.getAsInt() == newest.revision()) {
      return replay(caller, ref, newest.revision() + 1, target, deadline);
    }
    int older = deployed.getAsInt();
    return store
        .mark(caller, ref, older, "superseded")
        .flatMap(
            _ -> {
              Outcome<ReleaseRef> replayed =
                  replay(caller, ref, newest.revision() + 1, target, deadline);
              if (replayed instanceof Outcome.Failure<ReleaseRef>
                  && store.mark(caller, ref, older, "deployed")
                      instanceof Outcome.Failure<ReleaseRef>(Reason _, String why)) {
                log.warn("Release {} has no deployed revision now: {}", ref, why);
              }
              return replayed;
            });
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
