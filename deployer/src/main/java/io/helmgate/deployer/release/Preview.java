package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Values;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What a write would change. Nothing of it is masked yet.
 *
 * @param revision that it would write
 * @param old the values of the release as it is
 * @param chart empty for a rollback, which takes that of its target
 * @param doubts why Helm may render something else than was previewed
 * @param notes what else a reader should know
 * @param plan empty when it cannot be kept
 */
public record Preview(
    ReleaseRef ref,
    int revision,
    Values old,
    Values values,
    Optional<FetchedChart> chart,
    List<Preflight.Effect> effects,
    List<HelmHook> hooks,
    List<String> doubts,
    List<String> notes,
    Optional<Plan> plan) {

  /** An object of the cluster without what it writes there by itself. */
  public static Map<String, @Nullable Object> lasting(Map<String, @Nullable Object> object) {
    return PlanParts.lasting(object);
  }
}
