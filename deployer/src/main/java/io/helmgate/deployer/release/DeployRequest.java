package io.helmgate.deployer.release;

import io.helmgate.deployer.values.ValuesRequest;
import java.time.Duration;
import java.util.Optional;

/**
 * An install or upgrade.
 *
 * @param chart {@code REPO/NAME} of a configured repository
 * @param version an exact version; empty: the newest stable one
 * @param values they replace all old values. Empty: an upgrade reuses the old values, an install
 *     takes the chart's defaults
 * @param awaitReady whether to return only when the release's objects are ready
 * @param timeout bounds the whole call, waiting included
 * @param createNamespace whether an install creates the namespace when there is none
 * @param requestId repeats of a call with the same id change nothing and return the same revision
 * @param plan what exactly is to be carried out; empty: what the chart gives now
 */
public record DeployRequest(
    ReleaseRef ref,
    String chart,
    Optional<String> version,
    Optional<ValuesRequest> values,
    boolean awaitReady,
    Duration timeout,
    boolean createNamespace,
    Optional<String> requestId,
    Optional<PlanChoice> plan) {

  /** Without a plan, into a namespace that is created when there is none. */
  public DeployRequest(
      ReleaseRef ref,
      String chart,
      Optional<String> version,
      Optional<ValuesRequest> values,
      boolean awaitReady,
      Duration timeout,
      Optional<String> requestId) {
    this(ref, chart, version, values, awaitReady, timeout, true, requestId, Optional.empty());
  }

  DeployRequest pinned(String to) {
    return new DeployRequest(
        ref, chart, Optional.of(to), values, awaitReady, timeout, createNamespace, requestId, plan);
  }
}
