package io.helmgate.deployer.release;

import java.util.List;
import java.util.Optional;

/** Where lists of releases come from. */
public interface ReleaseListing {

  /**
   * All revisions that the caller may read, in no order.
   *
   * @param namespace empty: all namespaces
   */
  Outcome<List<RevisionState>> states(Caller caller, Optional<String> namespace);

  /**
   * The content of these revisions, in their order, of which values and notes may be missing; those
   * that have vanished are left out.
   */
  Outcome<List<ReleaseRevision>> summaries(Caller caller, List<RevisionState> revisions);
}
