package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.kubernetes.PlannedObjects.Planned;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Preflight.Intent;
import io.helmgate.deployer.release.Reason;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/**
 * Lets the API server try each object. What exists is patched as Helm does, with what was rendered,
 * and without what only the revision before has.
 */
final class DryRun {
  private static final String STRATEGIC = "application/strategic-merge-patch+json";
  private static final String MERGE = "application/merge-patch+json";

  private final KubernetesApi api;
  private final Caller caller;
  private final Intent intent;
  private final NewObjects brought;
  private final Set<String> newNamespaces = new HashSet<>();

  /**
   * @param brought what is there only once Helm has begun
   */
  DryRun(KubernetesApi api, Caller caller, Intent intent, NewObjects brought) {
    this.api = api;
    this.caller = caller;
    this.intent = intent;
    this.brought = brought;
    for (Map<String, @Nullable Object> object : intent.objects()) {
      if ("Namespace".equals(object.get("kind"))) {
        newNamespaces.add(ManifestObject.of(object, "").name());
      }
    }
  }

  /**
   * What would become of an object.
   *
   * @param after missing when it would be deleted
   * @param doubt why it was not tried
   */
  record Result(Planned planned, JsonNode after, Optional<String> doubt) {}

  Outcome<Result> of(Planned planned) {
    JsonNode object = planned.wanted().object();
    if (planned.wanted().dropped()) {
      return Outcome.success(new Result(planned, MissingNode.getInstance(), Optional.empty()));
    }
    if (planned.resource().isEmpty()) {
      return untried(planned, "not tried: " + planned.quotedLabel() + ", its kind is new");
    }
    ApiResource resource = planned.resource().get();
    boolean inNewNamespace =
        newNamespaces.contains(resource.namespace())
            || (intent.newNamespace() && resource.namespace().equals(intent.ref().namespace()));
    if (inNewNamespace) {
      return Outcome.success(new Result(planned, object, Optional.empty()));
    }
    if (planned.wanted().definition() && planned.exists()) {
      return Outcome.success(new Result(planned, planned.live(), Optional.empty()));
    }
    ObjectNode marked = marked(object);
    boolean builtIn = ApiResource.builtIn(resource.group());
    Outcome<JsonNode> tried =
        planned.exists()
            ? api.dryPatch(
                caller,
                resource.path() + "/" + planned.wanted().id().name(),
                builtIn ? STRATEGIC : MERGE,
                patch(
                    planned.wanted().old(),
                    marked,
                    builtIn ? planned.wanted().id().kind() : "",
                    ""))
            : api.dryCreate(caller, resource.path(), marked);
    return switch (tried) {
      case Outcome.Success<JsonNode>(JsonNode after) ->
          Outcome.success(new Result(planned, after, Optional.empty()));
      case Outcome.Failure<JsonNode>(Reason reason, String message, var _) ->
          refused(planned, reason, message);
    };
  }

  private Outcome<Result> refused(Planned planned, Reason reason, String message) {
    if (message.contains("does not support dry run")) {
      return untried(planned, "not tried: " + planned.quotedLabel() + ", a webhook forbids it");
    }
    var before = brought.missedBy(planned, message);
    if (before.isPresent()) {
      return untried(
          planned, "not tried: " + planned.quotedLabel() + ", it needs the new " + before.get());
    }
    return switch (reason) {
      // Somebody else was quicker, which Helm will see too.
      case ALREADY_EXISTS, ABORTED -> untried(planned, "changes: " + planned.quotedLabel());
      case PERMISSION_DENIED ->
          message.contains("exceeded quota")
              ? Outcome.failure(Reason.RESOURCE_EXHAUSTED, message)
              : Outcome.failure(reason, message);
      case NOT_FOUND -> Outcome.failure(Reason.FAILED_PRECONDITION, message);
      case INVALID_ARGUMENT,
          FAILED_PRECONDITION,
          CANCELLED,
          RESOURCE_EXHAUSTED,
          UNAVAILABLE,
          DEADLINE_EXCEEDED,
          INTERNAL ->
          Outcome.failure(reason, message);
    };
  }

  private static Outcome<Result> untried(Planned planned, String doubt) {
    return Outcome.success(new Result(planned, planned.wanted().object(), Optional.of(doubt)));
  }

  /** With what Helm writes on each of its objects. */
  private ObjectNode marked(JsonNode object) {
    ObjectNode marked = object.deepCopy();
    ObjectNode metadata = marked.withObject("/metadata");
    metadata.withObject("/labels").put("app.kubernetes.io/managed-by", "Helm");
    metadata
        .withObject("/annotations")
        .put("meta.helm.sh/release-name", intent.ref().name())
        .put("meta.helm.sh/release-namespace", intent.ref().namespace());
    return marked;
  }

  /**
   * The new object, with null for each field that only the old one has.
   *
   * @param kind of the whole object; empty: lists are replaced
   * @param parent name of the field that holds this one
   */
  private static JsonNode patch(JsonNode old, JsonNode wanted, String kind, String parent) {
    if (!(old instanceof ObjectNode before) || !(wanted instanceof ObjectNode after)) {
      return wanted;
    }
    ObjectNode patch = after.objectNode();
    after
        .properties()
        .forEach(
            field ->
                patch.set(
                    field.getKey(),
                    patchOf(
                        field.getKey(),
                        before.path(field.getKey()),
                        field.getValue(),
                        kind,
                        parent)));
    before
        .fieldNames()
        .forEachRemaining(
            name -> {
              if (!after.has(name)) {
                patch.putNull(name);
              }
            });
    return patch;
  }

  private static JsonNode patchOf(
      String field, JsonNode old, JsonNode wanted, String kind, String parent) {
    if (!kind.isEmpty() && old instanceof ArrayNode before && wanted instanceof ArrayNode after) {
      return MergeKeys.of(kind, parent, field)
          .<JsonNode>map(key -> elements(before, after, key, kind, field))
          .orElse(wanted);
    }
    return patch(old, wanted, kind, field);
  }

  /** Elements that are merged by a key go only when that is said. */
  private static ArrayNode elements(
      ArrayNode before, ArrayNode after, String key, String kind, String field) {
    ArrayNode patch = after.arrayNode();
    Set<JsonNode> kept =
        after.valueStream().map(each -> each.path(key)).collect(Collectors.toSet());
    for (JsonNode element : after) {
      JsonNode old =
          before
              .valueStream()
              .filter(each -> each.path(key).equals(element.path(key)))
              .findFirst()
              .orElseGet(MissingNode::getInstance);
      patch.add(patch(old, element, kind, field));
    }
    for (JsonNode element : before) {
      if (element.has(key) && !kept.contains(element.path(key))) {
        patch.addObject().put("$patch", "delete").set(key, element.path(key));
      }
    }
    return patch;
  }
}
