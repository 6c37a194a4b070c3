package io.helmgate.deployer.release;

/**
 * What the labels of a release Secret tell: which revision it is, and Helm's word for its state.
 */
public record RevisionState(ReleaseRef ref, int revision, String status) {
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
