package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Preflight.Change;
import io.helmgate.deployer.release.Preflight.Intent;
import io.helmgate.deployer.release.Reason;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** The objects that Helm is going to write, as the cluster has them now. */
final class PlannedObjects {
  private static final ObjectMapper JSON = ReleaseCodec.mapper();
  private static final String KEEP = "helm.sh/resource-policy";

  private final KubernetesApi api;
  private final Caller caller;
  private final Intent intent;
  private final ServedKinds kinds;
  private final Set<String> defined = new HashSet<>();
  private final List<Wanted> all = new ArrayList<>();

  PlannedObjects(KubernetesApi api, Caller caller, Intent intent) {
    this.api = api;
    this.caller = caller;
    this.kinds = new ServedKinds(api.resources(), caller);
    this.intent = intent;
    intent.definitions().forEach(this::define);
    intent.objects().forEach(this::define);
    Map<String, JsonNode> old = new HashMap<>();
    for (Map<String, @Nullable Object> object : intent.old()) {
      old.put(key(object), JSON.valueToTree(object));
    }
    Set<String> kept = new HashSet<>();
    for (Map<String, @Nullable Object> object : intent.objects()) {
      kept.add(key(object));
      JsonNode before = old.getOrDefault(key(object), MissingNode.getInstance());
      all.add(new Wanted(id(object), JSON.valueToTree(object), before, false, false));
    }
    for (Map<String, @Nullable Object> object : intent.old()) {
      JsonNode before = JSON.valueToTree(object);
      boolean keep = before.path("metadata").path("annotations").path(KEEP).asText().equals("keep");
      if (!kept.contains(key(object)) && !keep) {
        all.add(new Wanted(id(object), MissingNode.getInstance(), before, false, true));
      }
    }
    for (Map<String, @Nullable Object> object : intent.definitions()) {
      all.add(
          new Wanted(id(object), JSON.valueToTree(object), MissingNode.getInstance(), true, false));
    }
  }

  /**
   * An object that Helm will write.
   *
   * @param object as rendered; missing when it is dropped
   * @param old as rendered for the revision before; missing when that had it not
   * @param definition whether it is from {@code crds/}, where what exists stays as it is
   */
  record Wanted(
      ManifestObject id, JsonNode object, JsonNode old, boolean definition, boolean dropped) {}

  /**
   * One that was looked at.
   *
   * @param resource empty when the cluster gets to know its kind only by this release
   * @param live as the cluster has it; missing when it has not
   * @param owned whether the cluster's belongs to this release
   */
  record Planned(Wanted wanted, Optional<ApiResource> resource, JsonNode live, boolean owned) {

    boolean exists() {
      return live.isObject();
    }

    boolean foreign() {
      return exists()
          && !owned
          && !wanted.definition()
          && !wanted.dropped()
          && wanted.old().isMissingNode();
    }

    Change change() {
      if (wanted.dropped()) {
        return Change.DELETE;
      }
      return exists() ? Change.UPDATE : Change.CREATE;
    }

    String quotedLabel() {
      return wanted.id().kind() + " \"" + wanted.id().name() + "\"";
    }
  }

  /** An object of a hook. */
  record Hook(HelmHook hook, Map<String, @Nullable Object> object) {}

  /** An object of a hook, and how the API serves its kind. */
  record PlannedHook(HelmHook hook, ManifestObject id, Optional<ApiResource> resource) {}

  List<Wanted> all() {
    return all;
  }

  Outcome<Planned> look(Wanted wanted) {
    return served(wanted.id())
        .flatMap(
            resource ->
                resource
                    .filter(_ -> !intent.removal())
                    .map(served -> look(wanted, served))
                    .orElseGet(
                        () ->
                            Outcome.success(
                                new Planned(wanted, resource, MissingNode.getInstance(), false))));
  }

  Outcome<PlannedHook> resource(Hook hook) {
    ManifestObject id = id(hook.object());
    return served(id).map(resource -> new PlannedHook(hook.hook(), id, resource));
  }

  private Outcome<Planned> look(Wanted wanted, ApiResource resource) {
    return switch (api.get(caller, resource.path() + "/" + wanted.id().name())) {
      case Outcome.Success<JsonNode>(JsonNode live) ->
          Outcome.success(new Planned(wanted, Optional.of(resource), live, owned(live)));
      case Outcome.Failure<JsonNode>(Reason reason, String message, var _) ->
          // Who may not look is told so by the review of that right.
          reason == Reason.NOT_FOUND
                  || reason == Reason.PERMISSION_DENIED
                  || reason == Reason.INVALID_ARGUMENT
              ? Outcome.success(
                  new Planned(wanted, Optional.of(resource), MissingNode.getInstance(), false))
              : Outcome.failure(reason, message);
    };
  }

  private boolean owned(JsonNode live) {
    JsonNode metadata = live.path("metadata");
    JsonNode annotations = metadata.path("annotations");
    return metadata.path("labels").path("app.kubernetes.io/managed-by").asText().equals("Helm")
        && annotations.path("meta.helm.sh/release-name").asText().equals(intent.ref().name())
        && annotations
            .path("meta.helm.sh/release-namespace")
            .asText()
            .equals(intent.ref().namespace());
  }

  /** Empty for a kind that the release itself brings. */
  private Outcome<Optional<ApiResource>> served(ManifestObject id) {
    return switch (kinds.of(id)) {
      case Outcome.Success<ApiResource>(ApiResource resource) ->
          Outcome.success(Optional.of(resource));
      case Outcome.Failure<ApiResource>(Reason reason, String message, var _) -> {
        if (defined.contains(group(id) + "/" + id.kind())) {
          yield Outcome.success(Optional.empty());
        }
        yield reason == Reason.NOT_FOUND
            ? Outcome.failure(
                Reason.FAILED_PRECONDITION,
                "the cluster knows no " + id.kind() + " in " + id.apiVersion())
            : Outcome.failure(reason, message);
      }
    };
  }

  private void define(Map<String, @Nullable Object> object) {
    if ("CustomResourceDefinition".equals(object.get("kind"))) {
      JsonNode spec = JSON.<JsonNode>valueToTree(object).path("spec");
      defined.add(spec.path("group").asText() + "/" + spec.path("names").path("kind").asText());
    }
  }

  private static String group(ManifestObject id) {
    int slash = id.apiVersion().indexOf('/');
    return slash < 0 ? "" : id.apiVersion().substring(0, slash);
  }

  private ManifestObject id(Map<String, @Nullable Object> object) {
    return ManifestObject.of(object, intent.ref().namespace());
  }

  /** For Helm, an object of another version of its API is the same. */
  private String key(Map<String, @Nullable Object> object) {
    ManifestObject id = id(object);
    return String.join("/", group(id), id.kind(), id.namespace(), id.name());
  }
}
