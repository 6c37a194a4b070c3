package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Values;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

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

  /** Why Helm may apply something else than was checked. */
  List<String> doubts() {
    return Stream.concat(rendering.doubts().stream(), report.doubts().stream()).toList();
  }

  /** What Helm is to apply instead of what the chart gives. */
  Optional<Rendering> planned() {
    return plan.flatMap(Plan::rendering);
  }
}
