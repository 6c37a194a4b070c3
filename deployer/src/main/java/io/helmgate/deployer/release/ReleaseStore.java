package io.helmgate.deployer.release;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The release records that Helm keeps on the cluster, read and written as the caller. */
public interface ReleaseStore {
  /** All revisions of one release, newest first; empty when there is no such release. */
  Outcome<List<RevisionState>> revisions(Caller caller, ReleaseRef ref);

  /** All revisions of one release, newest first; NOT_FOUND when there is no such release. */
  default Outcome<List<RevisionState>> existing(Caller caller, ReleaseRef ref) {
    return revisions(caller, ref)
        .flatMap(revisions -> revisions.isEmpty() ? unknown(ref) : Outcome.success(revisions));
  }

  /** What there is to say of a release that is not there. */
  static <T> Outcome<T> unknown(ReleaseRef ref) {
    return Outcome.failure(Reason.NOT_FOUND, "release " + ref + ": not found");
  }

  /**
   * All revisions of all releases whose labels match, in no order.
   *
   * @param namespace empty: all namespaces
   * @param selector a Kubernetes label selector; empty selects all
   */
  Outcome<List<RevisionState>> list(Caller caller, Optional<String> namespace, String selector);

  /** The content of these revisions, in their order; those that have vanished are left out. */
  Outcome<List<ReleaseRevision>> read(Caller caller, List<RevisionState> revisions);

  /** One revision with all that is needed to put it on the cluster again. */
  Outcome<StoredRevision> stored(Caller caller, ReleaseRef ref, int revision);

  /**
   * Marks a revision as {@code failed}, as Helm does when its own wait fails; ABORTED when somebody
   * else changed it meanwhile.
   *
   * @param deployed a revision that Helm marked as superseded and that is {@code deployed} again
   */
  Outcome<ReleaseRef> fail(
      Caller caller, ReleaseRef ref, int revision, String description, OptionalInt deployed);

  /** Changes the status of a revision; ABORTED when somebody else changed it meanwhile. */
  Outcome<ReleaseRef> mark(Caller caller, ReleaseRef ref, int revision, String status);

  /** Removes the record of a revision; one that is gone already is as good. */
  Outcome<ReleaseRef> delete(Caller caller, ReleaseRef ref, int revision);

  /** Writes down how hooks of a revision ran; ABORTED when somebody else changed it meanwhile. */
  Outcome<ReleaseRef> ran(Caller caller, ReleaseRef ref, int revision, List<HookRun> runs);

  /**
   * Gives a revision made by {@link EngineCommand.Replay} the chart, hooks, manifest and notes of
   * the revision that it replayed. Does nothing to a revision that carries no stand-in chart or is
   * still pending.
   */
  Outcome<ReleaseRef> restore(Caller caller, ReleaseRef ref, int revision, int replayed);

  /**
   * Gives a revision that was made of a plan the templates and files of its chart. Does nothing to
   * a revision that is not there, or is still pending.
   */
  Outcome<ReleaseRef> restoreChart(Caller caller, ReleaseRef ref, int revision, FetchedChart chart);
}
