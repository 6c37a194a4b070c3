package io.helmgate.deployer.release;

import java.util.Optional;

/** Carries out what changes a release, as the caller. */
public interface Writes {

  /**
   * Does it and returns when it is done.
   *
   * @return the release as it is then; empty when it is gone
   */
  Outcome<Optional<ReleaseRevision>> carryOut(Caller caller, Write write, Progress progress);
}
