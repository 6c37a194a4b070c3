package io.helmgate.deployer.release;

import java.util.List;

/** The use cases on releases. Every one acts on the cluster as the caller. */
public interface Releases {
  /** The newest revision. */
  Outcome<ReleaseRevision> get(Caller caller, ReleaseRef ref);

  /**
   * All revisions that are kept, newest first.
   *
   * @param limit at most so many; 0: all
   */
  Outcome<List<ReleaseRevision>> history(Caller caller, ReleaseRef ref, int limit);

  /** The newest revision of each release that the query selects; may be empty. */
  Outcome<List<ReleaseRevision>> search(Caller caller, ReleaseQuery query);

  Outcome<ReleaseRevision> install(Caller caller, DeployRequest request);

  Outcome<ReleaseRevision> upgrade(Caller caller, DeployRequest request);

  /** Back to the newest earlier revision that was once good. */
  Outcome<ReleaseRevision> rollback(Caller caller, ReleaseRef ref);

  /** Removes the release, its objects and its history. */
  Outcome<ReleaseRef> uninstall(Caller caller, ReleaseRef ref);
}
