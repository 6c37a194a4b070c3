package io.helmgate.deployer.release;

import java.time.Instant;

/** Where plans are kept, for all replicas. Everything here is done as the service itself. */
public interface PlanStore {

  /**
   * Keeps a plan: FAILED_PRECONDITION when it is too large, RESOURCE_EXHAUSTED when too many are.
   */
  Outcome<Plan> keep(Plan plan, Instant now);

  /** FAILED_PRECONDITION when there is no such plan of the release, or it is no longer kept. */
  Outcome<Plan> get(ReleaseRef ref, String digest, Instant now);

  /** No longer keeps one. */
  void delete(Plan plan);

  /** No longer keeps those that have expired. */
  void sweep(Instant now);
}
