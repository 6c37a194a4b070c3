package io.helmgate.deployer.release;

import java.util.Comparator;

/**
 * An order of releases.
 *
 * @param descending from the last to the first
 */
public record ReleaseOrder(By by, boolean descending) {
  /** By namespace and name. */
  public static final ReleaseOrder NAMES = new ReleaseOrder(By.NAME, false);

  /** What counts. */
  public enum By {
    /** Namespace and name. */
    NAME,
    /** When the newest revision was stored; then namespace and name. */
    UPDATE_TIME
  }

  /** A text by which a release has its place; no other has the same. */
  public String key(RevisionState state) {
    // Neither part has a slash, which orders pages as well as any other.
    String name = state.ref().namespace() + "/" + state.ref().name();
    return switch (by) {
      case NAME -> name;
      case UPDATE_TIME -> "%012d/%s".formatted(state.created().getEpochSecond(), name);
    };
  }

  /** Of keys. */
  public Comparator<String> keys() {
    return descending ? Comparator.reverseOrder() : Comparator.naturalOrder();
  }
}
