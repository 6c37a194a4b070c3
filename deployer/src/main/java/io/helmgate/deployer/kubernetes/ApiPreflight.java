package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.kubernetes.PlannedObjects.Planned;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.Manifests;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Preflight;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.values.Values;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Asks the API server: discovery and a GET of each object, then a SelfSubjectAccessReview for each
 * right that Helm will use, then a dry run of each object. Each step side by side.
 */
public final class ApiPreflight implements Preflight {
  private static final int SHOWN = 20;
  private static final ObjectMapper JSON = ReleaseCodec.mapper();

  private final KubernetesApi api;
  private final Manifests manifests;
  private final ExecutorService workers;

  /**
   * @param workers as many requests go on side by side as it has threads
   */
  public ApiPreflight(KubernetesApi api, Manifests manifests, ExecutorService workers) {
    this.api = api;
    this.manifests = manifests;
    this.workers = workers;
  }

  @Override
  public Outcome<Report> check(Caller caller, Intent intent) {
    return wellFormed(intent).flatMap(_ -> tried(caller, intent));
  }

  /** What Helm and this service write into objects must have room there. */
  private static Outcome<Intent> wellFormed(Intent intent) {
    List<Map<String, @Nullable Object>> objects = new ArrayList<>(intent.objects());
    objects.addAll(intent.definitions());
    for (Map<String, @Nullable Object> object : objects) {
      Map<String, @Nullable Object> metadata = Values.mapOf(object.get("metadata"));
      ManifestObject id = ManifestObject.of(object, intent.ref().namespace());
      if (!isMap(object.get("metadata"))) {
        return malformed(intent, id, "metadata");
      }
      for (String part : List.of("labels", "annotations")) {
        if (!isMap(metadata.get(part))) {
          return malformed(intent, id, "metadata." + part);
        }
      }
    }
    return Outcome.success(intent);
  }

  private static boolean isMap(@Nullable Object value) {
    return value == null || value instanceof Map<?, ?>;
  }

  private static Outcome<Intent> malformed(Intent intent, ManifestObject id, String field) {
    return Outcome.failure(
        Reason.INVALID_ARGUMENT,
        "release %s: %s \"%s\": %s is no mapping; nothing was written"
            .formatted(intent.ref(), id.kind(), id.name(), field));
  }

  private Outcome<Report> tried(Caller caller, Intent intent) {
    Parallel parallel = new Parallel(workers);
    PlannedObjects objects = new PlannedObjects(api, caller, intent);
    AccessReviews reviews = new AccessReviews(api, caller, intent);
    Set<AccessReviews.Right> rights = new LinkedHashSet<>(reviews.ofRelease());
    return parallel
        .all(objects.all(), objects::look)
        .flatMap(
            planned ->
                parallel
                    .all(hooks(intent), objects::resource)
                    .flatMap(
                        hooks -> {
                          planned.forEach(each -> rights.addAll(reviews.of(each)));
                          hooks.forEach(each -> rights.addAll(reviews.ofHook(each)));
                          return allowed(caller, intent, reviews, rights, parallel)
                              .flatMap(_ -> owned(intent, planned))
                              .flatMap(
                                  _ ->
                                      parallel.all(
                                          planned,
                                          new DryRun(
                                                  api,
                                                  caller,
                                                  intent,
                                                  new NewObjects(planned, hooks))
                                              ::of))
                              .map(effects -> report(effects, intent));
                        }));
  }

  private List<PlannedObjects.Hook> hooks(Intent intent) {
    List<PlannedObjects.Hook> hooks = new ArrayList<>();
    for (HelmHook hook : intent.hooks()) {
      List<Map<String, @Nullable Object>> objects =
          manifests.parse(hook.manifest()).orElseGet(List::of);
      for (Map<String, @Nullable Object> object : objects) {
        hooks.add(new PlannedObjects.Hook(hook, object));
      }
    }
    return hooks;
  }

  private Outcome<Intent> allowed(
      Caller caller,
      Intent intent,
      AccessReviews reviews,
      Set<AccessReviews.Right> rights,
      Parallel parallel) {
    return parallel
        .all(List.copyOf(rights), reviews::review)
        .flatMap(
            answers -> {
              List<String> forbidden =
                  answers.stream()
                      .filter(answer -> !answer.allowed())
                      .map(answer -> answer.right().toString())
                      .distinct()
                      .toList();
              return forbidden.isEmpty()
                  ? Outcome.success(intent)
                  : Outcome.failure(
                      Reason.PERMISSION_DENIED,
                      "release %s: user \"%s\" is forbidden to %s; nothing was written"
                          .formatted(intent.ref(), caller.user(), shortened(forbidden)));
            });
  }

  private static String shortened(List<String> all) {
    String shown = all.stream().limit(SHOWN).collect(Collectors.joining(", "));
    return all.size() <= SHOWN ? shown : shown + " and " + (all.size() - SHOWN) + " more";
  }

  /** Helm refuses to take over what is somebody else's. */
  private static Outcome<Intent> owned(Intent intent, List<Planned> planned) {
    List<String> others =
        planned.stream().filter(Planned::foreign).map(Planned::quotedLabel).toList();
    return others.isEmpty()
        ? Outcome.success(intent)
        : Outcome.failure(
            Reason.FAILED_PRECONDITION,
            "release %s: %s exists and does not belong to this release"
                .formatted(intent.ref(), shortened(others)));
  }

  private static Report report(List<DryRun.Result> results, Intent intent) {
    List<Effect> effects = new ArrayList<>();
    Set<String> doubts = new LinkedHashSet<>();
    for (DryRun.Result result : results) {
      effects.add(
          new Effect(
              result.planned().change(),
              plain(result.planned().wanted().old()),
              plain(result.planned().wanted().object()),
              plain(result.planned().live()),
              plain(result.after())));
      result.doubt().ifPresent(doubts::add);
    }
    if (intent.newNamespace()) {
      doubts.add("objects not tried: namespace " + intent.ref().namespace() + " is new");
    }
    return new Report(effects, List.copyOf(doubts));
  }

  @SuppressWarnings("unchecked")
  private static Map<String, @Nullable Object> plain(JsonNode object) {
    return object instanceof ObjectNode ? JSON.convertValue(object, Map.class) : Map.of();
  }
}
