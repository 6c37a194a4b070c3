package io.helmgate.deployer.release;

import java.time.Instant;
import java.util.List;

/**
 * What the metadata of a release Secret tells.
 *
 * @param status Helm's word
 * @param created when it was stored, to the second
 */
public record RevisionState(ReleaseRef ref, int revision, String status, Instant created) {
  /**
   * The number of the newest revision; 0: there is none.
   *
   * @param revisions newest first
   */
  static int newest(List<RevisionState> revisions) {
    return revisions.isEmpty() ? 0 : revisions.getFirst().revision();
  }

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
