package io.helmgate.deployer.release;

import java.util.List;
import java.util.Optional;

/**
 * A hook of a stored revision.
 *
 * @param events pre-install, post-delete, pre-rollback …
 * @param weight lower runs first
 * @param deletePolicies before-hook-creation, hook-succeeded, hook-failed
 * @param lastRun empty when it has not run yet
 */
public record HelmHook(
    String name,
    String kind,
    String manifest,
    List<String> events,
    int weight,
    List<String> deletePolicies,
    Optional<HookRun> lastRun) {

  /** The event of hooks that are tests. */
  public static final String TEST = "test";

  public HelmHook {
    events = List.copyOf(events);
    deletePolicies = List.copyOf(deletePolicies);
  }

  /** A hook that has not run yet. */
  public HelmHook(
      String name,
      String kind,
      String manifest,
      List<String> events,
      int weight,
      List<String> deletePolicies) {
    this(name, kind, manifest, events, weight, deletePolicies, Optional.empty());
  }

  /** Whether it is a test. */
  public boolean test() {
    return events.contains(TEST);
  }
}
