package io.helmgate.deployer.release;

import java.util.List;
import java.util.OptionalInt;

/** Ends by hand what a Helm that died has left pending. */
final class Unlock {

  private final ReleaseStore store;

  Unlock(ReleaseStore store) {
    this.store = store;
  }

  Outcome<ReleaseRevision> run(
      Caller caller, Write.Unlock unlock, List<RevisionState> revisions, Progress progress) {
    var ref = unlock.ref();
    var newest = revisions.getFirst();
    if (newest.revision() != unlock.revision() || !newest.pending()) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION,
          "release %s: its newest revision %d is %s (expected: revision %d, pending)"
              .formatted(ref, newest.revision(), newest.status(), unlock.revision()));
    }
    progress.revision(newest.revision());
    return progress
        .enter(Phase.APPLYING)
        .flatMap(
            _ ->
                store.fail(
                    caller,
                    ref,
                    newest.revision(),
                    "Unlocked by " + caller.user() + ", was " + newest.status(),
                    OptionalInt.empty()))
        .flatMap(_ -> store.stored(caller, ref, newest.revision()))
        .map(StoredRevision::revision);
  }
}
