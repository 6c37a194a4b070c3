package io.helmgate.deployer.release;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
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
  private final Drafting drafting;
  private final Settlement settlement;
  private final Clock clock;

  Rollback(
      ReleaseStore store,
      HelmEngine engine,
      Drafting drafting,
      Settlement settlement,
      Clock clock) {
    this.store = store;
    this.engine = engine;
    this.drafting = drafting;
    this.settlement = settlement;
    this.clock = clock;
  }

  Outcome<ReleaseRevision> run(
      Caller caller,
      Write.Rollback request,
      List<RevisionState> revisions,
      Instant deadline,
      Progress progress) {
    RevisionState newest = revisions.getFirst();
    if (newest.pending()) {
      return Settlement.underWay(newest);
    }
    return target(request, revisions)
        .flatMap(target -> store.stored(caller, request.ref(), target.revision()))
        .flatMap(
            target -> {
              int revision = newest.revision() + 1;
              progress.revision(revision);
              return drafting
                  .rollback(caller, target, newest, progress)
                  .flatMap(
                      checked -> {
                        progress.warned(checked.report().doubts());
                        return drafting.planned(request, target, revisions, checked.report());
                      })
                  .flatMap(
                      plan -> {
                        var done =
                            onTop(
                                caller,
                                revisions,
                                () -> replay(caller, revision, target, deadline, progress));
                        drafting.done(plan, done);
                        return done;
                      })
                  .flatMap(_ -> store.stored(caller, request.ref(), revision));
            })
        .flatMap(
            stored ->
                request.awaitReady()
                    ? settlement.settle(
                        caller, stored, Settlement.deployed(revisions), deadline, progress)
                    : Outcome.success(stored.revision()));
  }

  static Outcome<RevisionState> target(Write.Rollback request, List<RevisionState> revisions) {
    if (request.revision() == 0) {
      // What was uninstalled with its history is no longer there, so it too can be returned to.
      return revisions.stream()
          .skip(revisions.getFirst().uninstalled() ? 0 : 1)
          .filter(state -> state.wasGood() || state.uninstalled())
          .findFirst()
          .map(Outcome::success)
          .orElseGet(
              () ->
                  refused(request, "no earlier revision was good (expected: one to roll back to)"));
    }
    return revisions.stream()
        .filter(state -> state.revision() == request.revision())
        .findFirst()
        .map(
            state ->
                state.wasGood() || state.uninstalled()
                    ? Outcome.success(state)
                    : Rollback.<RevisionState>refused(
                        request,
                        "revision %d is %s (expected: one that was good)"
                            .formatted(state.revision(), state.status())))
        .orElseGet(
            () ->
                refused(request, "revision %d is none that is kept".formatted(request.revision())));
  }

  private static <T> Outcome<T> refused(Write.Rollback request, String why) {
    return Outcome.failure(Reason.FAILED_PRECONDITION, "release " + request.ref() + ": " + why);
  }

  /**
   * The engine compares the target with the deployed revision, a rollback with the newest one,
   * whose objects are on the cluster. So an older one must cease to be deployed first, and one that
   * was uninstalled to be so, for the engine goes on from neither.
   */
  private Outcome<ReleaseRef> onTop(
      Caller caller, List<RevisionState> revisions, Supplier<Outcome<ReleaseRef>> replay) {
    RevisionState newest = revisions.getFirst();
    Optional<RevisionState> inTheWay =
        newest.uninstalled()
            ? Optional.of(newest)
            : revisions.stream().skip(1).filter(RevisionState::deployed).findFirst();
    Outcome<ReleaseRef> cleared =
        inTheWay
            .map(moved -> store.mark(caller, moved.ref(), moved.revision(), "superseded"))
            .orElseGet(() -> Outcome.success(newest.ref()));
    return cleared.flatMap(
        _ -> {
          Outcome<ReleaseRef> replayed = replay.get();
          switch (replayed) {
            case Outcome.Failure<ReleaseRef> _ -> inTheWay.ifPresent(moved -> reset(caller, moved));
            case Outcome.Success<ReleaseRef> _ -> {
              // The engine marks it as superseded, as if it had been good.
              if (!newest.wasGood()) {
                reset(caller, newest);
              }
            }
          }
          return replayed;
        });
  }

  private void reset(Caller caller, RevisionState state) {
    if (store.mark(caller, state.ref(), state.revision(), state.status())
        instanceof Outcome.Failure<ReleaseRef>(Reason _, String why, var _)) {
      log.warn(
          "Release {} revision {} cannot be marked as {} again: {}",
          state.ref(),
          state.revision(),
          state.status(),
          why);
    }
  }

  /** Also a failed replay gets the true chart, so that later reads and upgrades see it. */
  private Outcome<ReleaseRef> replay(
      Caller caller, int revision, StoredRevision target, Instant deadline, Progress progress) {
    ReleaseRef ref = target.revision().ref();
    Duration left = Duration.between(clock.instant(), deadline);
    EngineCommand command = new EngineCommand.Replay(ref, target, progress.annotations());
    Outcome<ReleaseRef> replayed = engine.run(caller, command, left, progress);
    Outcome<ReleaseRef> restored =
        store.restore(caller, ref, revision, target.revision().revision());
    return switch (replayed) {
      case Outcome.Success<ReleaseRef> _ -> restored;
      case Outcome.Failure<ReleaseRef> failure -> failure;
    };
  }
}
