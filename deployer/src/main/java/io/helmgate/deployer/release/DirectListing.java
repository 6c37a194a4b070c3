package io.helmgate.deployer.release;

import java.util.List;
import java.util.Optional;

/** Lists what the records say at that moment, read as the caller. */
public record DirectListing(ReleaseStore store) implements ReleaseListing {

  @Override
  public Outcome<List<RevisionState>> states(Caller caller, Optional<String> namespace) {
    return store.list(caller, namespace, "");
  }

  @Override
  public Outcome<List<ReleaseRevision>> summaries(Caller caller, List<RevisionState> revisions) {
    return store.read(caller, revisions);
  }
}
