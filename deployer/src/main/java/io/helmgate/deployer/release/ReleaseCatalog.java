package io.helmgate.deployer.release;

import java.util.List;

/** What there is of releases, page by page. Everything is read as the caller. */
public interface ReleaseCatalog {

  /**
   * One revision of a release.
   *
   * @param revision its number; 0: the newest
   */
  Outcome<StoredRevision> revision(Caller caller, ReleaseRef ref, int revision);

  /** The objects of a revision as they are on the cluster now. */
  Outcome<List<ObjectStatus>> resources(Caller caller, StoredRevision stored);

  /** What the tests of a revision have written. */
  Outcome<List<HookLog>> testLogs(Caller caller, StoredRevision stored);

  /**
   * The newest revisions of the releases that are selected, in the order that it says.
   *
   * @param whole with values and notes, which may be missing otherwise
   */
  Outcome<Page<ReleaseRevision>> releases(
      Caller caller, ReleaseSelection selection, Page.Wanted wanted, boolean whole);

  /** All of them by their metadata, in no order. */
  Outcome<List<RevisionState>> selected(Caller caller, ReleaseSelection selection);

  /**
   * Reads revisions, in this order; those that are gone meanwhile are left out.
   *
   * @param whole with values and notes, which may be missing otherwise
   */
  Outcome<List<ReleaseRevision>> read(Caller caller, List<RevisionState> states, boolean whole);

  /** The revisions of a release that are kept, newest first; NOT_FOUND when there are none. */
  Outcome<Page<ReleaseRevision>> revisions(Caller caller, ReleaseRef ref, Page.Wanted wanted);
}
