package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.ChartAnnotations;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseStore;
import io.helmgate.deployer.release.RevisionState;
import java.util.List;
import java.util.OptionalInt;

/**
 * Ends what a Helm that died has left pending. Such a revision is marked as failed only when it is
 * the one that the operation's record names and carries the operation's id, and then as the
 * operation's caller.
 */
final class Repair {
  private final ReleaseStore releases;

  Repair(ReleaseStore releases) {
    this.releases = releases;
  }

  /**
   * What there is of a revision now.
   *
   * @param what for the caller to read
   * @param newest revision of the release, as far as that is the operation's; 0: not known
   */
  record Left(String what, int newest) {}

  /**
   * Ends the revision of an operation of which nobody is at work any more.
   *
   * @param cause for those who read the release's history
   * @return what there is of the revision now; a failure when that cannot be told or done yet
   */
  Outcome<Left> of(Operation operation, String cause) {
    if (operation.revision() == 0) {
      return Outcome.success(new Left("nothing was written", 0));
    }
    return switch (releases.revisions(operation.caller(), operation.name().release())) {
      case Outcome.Success<List<RevisionState>>(List<RevisionState> revisions) ->
          revisions.stream()
              .filter(state -> state.revision() == operation.revision())
              .findFirst()
              .map(state -> repaired(operation, state, cause, revisions.getFirst().revision()))
              .orElseGet(
                  () ->
                      Outcome.success(
                          new Left("there is no revision %d".formatted(operation.revision()), 0)));
      case Outcome.Failure<List<RevisionState>>(Reason reason, String why, var _) ->
          unrepaired(reason, why);
    };
  }

  private Outcome<Left> repaired(
      Operation operation, RevisionState state, String cause, int newest) {
    var caller = operation.caller();
    var ref = state.ref();
    var revision = "revision %d is %s".formatted(state.revision(), state.status());
    if (!state.pending()) {
      return Outcome.success(new Left(revision, newest));
    }
    return switch (releases
        .stored(caller, ref, state.revision())
        .map(stored -> stored.revision().chart().annotations())
        .map(
            annotations ->
                operation.name().id().equals(annotations.get(ChartAnnotations.OPERATION)))) {
      case Outcome.Success<Boolean>(Boolean ours) ->
          ours
              ? failed(operation, state, cause, newest)
              : Outcome.success(
                  new Left(revision + " by somebody else, and stays so until it is unlocked", 0));
      case Outcome.Failure<Boolean>(Reason reason, String why, var _) -> unrepaired(reason, why);
    };
  }

  private Outcome<Left> failed(Operation operation, RevisionState state, String cause, int newest) {
    var description =
        "Aborted: %s during operation %s, was %s"
            .formatted(cause, operation.name().id(), state.status());
    return switch (releases.fail(
        operation.caller(), state.ref(), state.revision(), description, OptionalInt.empty())) {
      case Outcome.Success<ReleaseRef> _ ->
          Outcome.success(
              new Left(
                  "revision %d was %s and is marked as failed"
                      .formatted(state.revision(), state.status()),
                  newest));
      case Outcome.Failure<ReleaseRef>(Reason reason, String why, var _) -> unrepaired(reason, why);
    };
  }

  private static Outcome<Left> unrepaired(Reason reason, String why) {
    return reason == Reason.UNAVAILABLE
        ? Outcome.failure(reason, why)
        : Outcome.success(new Left("its revision could not be looked after: " + why, 0));
  }
}
