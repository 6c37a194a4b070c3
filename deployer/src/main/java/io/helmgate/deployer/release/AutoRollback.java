package io.helmgate.deployer.release;

import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Upgrades that are undone when they fail, and tried again. */
final class AutoRollback {
  private final ReleaseStore store;
  private final Deploy deploy;
  private final Rollback rollback;
  private final Clock clock;

  AutoRollback(ReleaseStore store, Deploy deploy, Rollback rollback, Clock clock) {
    this.store = store;
    this.deploy = deploy;
    this.rollback = rollback;
    this.clock = clock;
  }

  /** Each try, and each rollback, has the request's timeout for itself. */
  Outcome<ReleaseRevision> upgrade(
      Caller caller, DeployRequest request, Remedy remedy, Progress progress) {
    if (!remedy.rollback()) {
      return deploy.upgrade(caller, request, progress);
    }
    return store
        .revisions(caller, request.ref())
        .flatMap(
            before ->
                switch (deploy.upgrade(caller, request, progress)) {
                  case Outcome.Success<ReleaseRevision> done -> done;
                  case Outcome.Failure<ReleaseRevision> failure ->
                      remedied(caller, request, remedy, before, failure, progress);
                });
  }

  private Outcome<ReleaseRevision> remedied(
      Caller caller,
      DeployRequest request,
      Remedy remedy,
      List<RevisionState> before,
      Outcome.Failure<ReleaseRevision> failure,
      Progress progress) {
    if (progress.stopped().isPresent()) {
      return failure;
    }
    return switch (undo(caller, request, before, progress)) {
      case Outcome.Failure<Optional<String>>(Reason _, String why, var _) ->
          failure.saying(text -> text + "; it could not be rolled back: " + why);
      case Outcome.Success<Optional<String>>(Optional<String> undone) -> {
        if (undone.isEmpty()) {
          yield failure;
        }
        yield remedy.retries() > 0
            ? upgrade(caller, request, new Remedy(true, remedy.retries() - 1), progress)
            : failure.saying(text -> text + "; " + undone.get());
      }
    };
  }

  /** What was done; empty when the upgrade had not begun, so that there is nothing to undo. */
  private Outcome<Optional<String>> undo(
      Caller caller, DeployRequest request, List<RevisionState> before, Progress progress) {
    Instant deadline = clock.instant().plus(request.timeout());
    var back =
        new Write.Rollback(
            request.ref(), 0, request.awaitReady(), request.timeout(), Optional.empty());
    return store
        .revisions(caller, request.ref())
        .flatMap(
            revisions ->
                RevisionState.newest(revisions) == RevisionState.newest(before)
                    ? Outcome.success(Optional.empty())
                    : Rollback.target(back, revisions)
                        .flatMap(
                            target ->
                                rollback
                                    .run(caller, back, revisions, deadline, progress)
                                    .map(
                                        revision ->
                                            Optional.of(
                                                "rolled back to revision %d, as revision %d"
                                                    .formatted(
                                                        target.revision(), revision.revision())))));
  }
}
