package io.helmgate.deployer.release;

import java.util.Optional;
import java.util.Set;

/**
 * Selects releases by their newest revisions.
 *
 * @param namespace empty: all namespaces
 * @param search part of the name; empty fits all
 * @param statuses one of these; empty fits all
 * @param chart its name; empty fits all
 */
public record ReleaseSelection(
    Optional<String> namespace,
    String search,
    Set<String> statuses,
    String chart,
    ReleaseOrder order) {
  public ReleaseSelection {
    statuses = Set.copyOf(statuses);
  }

  /** Whether what its metadata tells fits. */
  boolean fits(RevisionState newest) {
    return newest.ref().name().contains(search)
        && (statuses.isEmpty() || statuses.contains(newest.status()));
  }
}
