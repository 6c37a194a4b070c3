package io.helmgate.deployer.release;

import java.time.Instant;

/**
 * What the metadata of a release Secret tells.
 *
 * @param status Helm's word
 * @param created when it was stored, to the second
 */
public record RevisionState(ReleaseRef ref, int revision, String status, Instant created) {
  /** Whether Helm's record says that an operation is under way (it may also have died). */
  public boolean pending() {
    return status.startsWith("pending-");
  }

  public boolean deployed() {
    return status.equals("deployed");
  }

  /** Whether its objects were removed and its record was kept. */
  public boolean uninstalled() {
    return status.equals("uninstalled");
  }

  /** Whether this revision was good once, so that a rollback may return to it. */
  public boolean wasGood() {
    return status.equals("deployed") || status.equals("superseded");
  }
}
