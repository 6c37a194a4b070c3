package io.helmgate.deployer.release;

/** What there is of releases, page by page. Everything is read as the caller. */
public interface ReleaseCatalog {

  /**
   * One revision of a release.
   *
   * @param revision its number; 0: the newest
   */
  Outcome<StoredRevision> revision(Caller caller, ReleaseRef ref, int revision);

  /** The newest revisions of the releases that are selected, by namespace and name. */
  Outcome<Page<ReleaseRevision>> releases(
      Caller caller, ReleaseSelection selection, Page.Wanted wanted);

  /** The revisions of a release that are kept, newest first; NOT_FOUND when there are none. */
  Outcome<Page<ReleaseRevision>> revisions(Caller caller, ReleaseRef ref, Page.Wanted wanted);
}
