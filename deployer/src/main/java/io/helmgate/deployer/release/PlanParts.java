package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Canonical;
import io.helmgate.deployer.values.Values;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Digests of all that a plan depends on. */
final class PlanParts {

  /** What changes without anybody having changed the object. */
  private static final Set<String> VOLATILE =
      Set.of("managedFields", "resourceVersion", "generation", "uid", "creationTimestamp");

  private static final String REVISION = "deployment.kubernetes.io/revision";

  private PlanParts() {}

  static Map<String, String> of(DeployRequest request, List<RevisionState> revisions, Draft draft) {
    return Map.of(
        "the request",
        Canonical.digest(Canonical.list(request.ref().toString(), request.chart())),
        "the release",
        release(revisions),
        "the chart",
        draft.chart().digest(),
        "the values",
        values(draft.values()),
        "the rendered objects",
        rendering(draft.rendering()),
        "objects on the cluster",
        live(draft.report()));
  }

  static Map<String, String> of(
      StoredRevision target, List<RevisionState> revisions, Preflight.Report report) {
    return Map.of(
        "the request",
        Canonical.digest(
            Canonical.list(
                target.revision().ref().toString(),
                Integer.toString(target.revision().revision()))),
        "the release",
        release(revisions),
        "the values",
        values(target.revision().given()),
        "the rendered objects",
        Canonical.digest(Canonical.list(target.manifest(), Canonical.list(hooks(target.hooks())))),
        "objects on the cluster",
        live(report));
  }

  private static String release(List<RevisionState> revisions) {
    return Canonical.digest(
        Canonical.list(revisions.stream().map(RevisionState::toString).toArray(String[]::new)));
  }

  private static String values(Values values) {
    return Canonical.digest(
        Canonical.list(Canonical.of(values.all()), SecretPaths.write(values.secret())));
  }

  private static String rendering(Rendering rendering) {
    return Canonical.digest(
        Canonical.list(
            rendering.manifest(),
            Canonical.of(rendering.objects()),
            Canonical.list(hooks(rendering.hooks())),
            Canonical.of(rendering.definitions()),
            rendering.notes()));
  }

  private static String[] hooks(List<HelmHook> hooks) {
    return hooks.stream()
        .map(hook -> Canonical.list(hook.toString(), hook.manifest()))
        .sorted()
        .toArray(String[]::new);
  }

  private static String live(Preflight.Report report) {
    return Canonical.digest(
        Canonical.list(
            report.effects().stream()
                .map(effect -> Canonical.of(lasting(effect.before())))
                .sorted()
                .toArray(String[]::new)));
  }

  /** An object of the cluster without what it writes there by itself. */
  static Map<String, @Nullable Object> lasting(Map<String, @Nullable Object> object) {
    Map<String, @Nullable Object> lasting = new LinkedHashMap<>(object);
    lasting.remove("status");
    if (object.get("metadata") instanceof Map<?, ?> metadata) {
      Map<String, @Nullable Object> kept = Values.mapOf(metadata);
      kept.keySet().removeAll(VOLATILE);
      if (kept.get("annotations") instanceof Map<?, ?> annotations) {
        Map<String, @Nullable Object> own = Values.mapOf(annotations);
        own.remove(REVISION);
        kept.put("annotations", own);
      }
      lasting.put("metadata", kept);
    }
    return lasting;
  }
}
