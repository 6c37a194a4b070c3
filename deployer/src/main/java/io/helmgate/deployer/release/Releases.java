package io.helmgate.deployer.release;

import java.util.List;

/** How releases are read. Every use case acts on the cluster as the caller. */
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
}
