package io.helmgate.deployer.release;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Keeps the histories of releases short. */
final class History {
  private static final Logger log = LoggerFactory.getLogger(History.class);

  private final ReleaseStore store;
  private final int limit;

  /**
   * @param limit revisions of a release that are kept; 0: all
   */
  History(ReleaseStore store, int limit) {
    this.store = store;
    this.limit = limit;
  }

  /**
   * Deletes the oldest revisions beyond the limit, but neither the last good one nor any that is
   * pending. What cannot be deleted stays until the next time. Tells the newest revision on the
   * way.
   */
  void trim(Caller caller, ReleaseRef ref, Progress progress) {
    Outcome<List<RevisionState>> revisions = store.revisions(caller, ref);
    if (revisions instanceof Outcome.Success<List<RevisionState>>(var found)) {
      progress.seen(RevisionState.newest(found));
    }
    if (revisions.flatMap(found -> trim(caller, found))
        instanceof Outcome.Failure<Integer>(Reason _, String why, var _)) {
      log.warn("The history of release {} cannot be shortened: {}", ref, why);
    }
  }

  private Outcome<Integer> trim(Caller caller, List<RevisionState> revisions) {
    Outcome<Integer> deleted = Outcome.success(0);
    for (RevisionState revision :
        limit == 0 ? List.<RevisionState>of() : surplus(revisions, limit)) {
      deleted =
          deleted.flatMap(
              count ->
                  store.delete(caller, revision.ref(), revision.revision()).map(_ -> count + 1));
    }
    return deleted;
  }

  /**
   * Those that are too many.
   *
   * @param revisions newest first
   */
  static List<RevisionState> surplus(List<RevisionState> revisions, int limit) {
    Optional<RevisionState> good =
        revisions.stream()
            .filter(RevisionState::deployed)
            .findFirst()
            .or(() -> revisions.stream().filter(RevisionState::wasGood).findFirst());
    List<RevisionState> surplus = new ArrayList<>();
    for (RevisionState oldest :
        revisions.subList(Math.min(1, revisions.size()), revisions.size()).reversed()) {
      if (revisions.size() - surplus.size() > limit
          && !oldest.pending()
          && !good.equals(Optional.of(oldest))) {
        surplus.add(oldest);
      }
    }
    return surplus;
  }
}
