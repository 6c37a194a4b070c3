package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Values;
import java.util.Optional;

/**
 * An install or upgrade that could be carried out now.
 *
 * @param report what the cluster says to it
 * @param newNamespace whether it creates the namespace of the release
 * @param plan that it carries out, if any
 * @param old the revision that an upgrade goes on from
 */
record Draft(
    FetchedChart chart,
    Values values,
    Rendering rendering,
    Preflight.Report report,
    boolean newNamespace,
    Optional<StoredRevision> old,
    Optional<Plan> plan) {

  Draft carryingOut(Plan chosen) {
    return new Draft(chart, values, rendering, report, newNamespace, old, Optional.of(chosen));
  }

  /** What Helm is to apply instead of what the chart gives. */
  Optional<Rendering> planned() {
    return plan.flatMap(Plan::rendering);
  }
}
