package io.helmgate.deployer.release;

import java.util.List;

/**
 * A hook of a stored revision.
 *
 * @param events pre-install, post-delete, pre-rollback …
 * @param weight lower runs first
 * @param deletePolicies before-hook-creation, hook-succeeded, hook-failed
 */
public record HelmHook(
    String name,
    String kind,
    String manifest,
    List<String> events,
    int weight,
    List<String> deletePolicies) {
  public HelmHook {
    events = List.copyOf(events);
    deletePolicies = List.copyOf(deletePolicies);
  }
}
