package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.kubernetes.PlannedObjects.Planned;
import io.helmgate.deployer.kubernetes.PlannedObjects.PlannedHook;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Preflight.Change;
import io.helmgate.deployer.release.Preflight.Intent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** The rights that Helm uses, and whether a caller has them. */
final class AccessReviews {
  private static final String REVIEWS = "apis/authorization.k8s.io/v1/selfsubjectaccessreviews";

  private final KubernetesApi api;
  private final Caller caller;
  private final Intent intent;
  private final Map<Right, Outcome<Boolean>> general = new ConcurrentHashMap<>();

  AccessReviews(KubernetesApi api, Caller caller, Intent intent) {
    this.api = api;
    this.caller = caller;
    this.intent = intent;
  }

  /**
   * A right.
   *
   * @param label the object in words
   * @param name empty: any of its kind
   */
  record Right(String verb, ApiResource resource, String name, String label) {
    @Override
    public String toString() {
      return verb
          + " "
          + label
          + (resource.namespace().isEmpty() ? "" : " in namespace " + resource.namespace());
    }
  }

  /** A right, and whether the caller has it. */
  record Answer(Right right, boolean allowed) {}

  /** Those on the release's own records, and on its namespace. */
  List<Right> ofRelease() {
    String namespace = intent.ref().namespace();
    ApiResource secrets = new ApiResource("", "v1", "secrets", namespace);
    List<Right> rights = new ArrayList<>();
    for (String verb :
        intent.removal()
            ? List.of("update", "delete")
            : List.of("list", "get", "create", "update")) {
      rights.add(new Right(verb, secrets, "", "Secrets of Helm"));
    }
    if (intent.newNamespace()) {
      ApiResource namespaces = new ApiResource("", "v1", "namespaces", "");
      rights.add(new Right("create", namespaces, "", "Namespace \"" + namespace + "\""));
    }
    return rights;
  }

  List<Right> of(Planned planned) {
    List<String> verbs =
        switch (planned.change()) {
          case Change.CREATE -> List.of("get", "create");
          case Change.UPDATE ->
              planned.wanted().definition() ? List.of("create") : List.of("get", "patch");
          case Change.DELETE -> intent.removal() ? List.of("delete") : List.of("get", "delete");
        };
    return rights(verbs, planned.resource(), planned.wanted().id());
  }

  /** Helm follows hooks by watches; those of a removal are run here, and may be polled. */
  List<Right> ofHook(PlannedHook planned) {
    List<String> verbs = new ArrayList<>(List.of("create"));
    if (planned.hook().deletePolicies().isEmpty()
        || planned.hook().deletePolicies().contains("before-hook-creation")
        || planned.hook().deletePolicies().contains("hook-succeeded")) {
      verbs.add("delete");
    }
    if (planned.id().kind().equals("Job") || planned.id().kind().equals("Pod")) {
      verbs.addAll(intent.removal() ? List.of("get") : List.of("list", "watch"));
    }
    return rights(verbs, planned.resource(), planned.id());
  }

  private static List<Right> rights(
      List<String> verbs, Optional<ApiResource> resource, ManifestObject object) {
    return resource.stream()
        .flatMap(
            served ->
                verbs.stream()
                    .map(
                        verb ->
                            new Right(
                                verb,
                                served,
                                // Who creates, or lists, names nothing.
                                List.of("get", "patch", "delete").contains(verb)
                                    ? object.name()
                                    : "",
                                object.kind() + " \"" + object.name() + "\"")))
        .toList();
  }

  /** A right on all of a kind includes that on one of them, and is asked for once. */
  Outcome<Answer> review(Right right) {
    Right any = new Right(right.verb(), right.resource(), "", "");
    return general
        .computeIfAbsent(any, this::ask)
        .flatMap(
            allowed -> allowed || right.name().isEmpty() ? Outcome.success(allowed) : ask(right))
        .map(allowed -> new Answer(right, allowed));
  }

  private Outcome<Boolean> ask(Right right) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
    review
        .withObject("/spec/resourceAttributes")
        .put("verb", right.verb())
        .put("group", right.resource().group())
        .put("version", right.resource().version())
        .put("resource", right.resource().name())
        .put("namespace", right.resource().namespace())
        .put("name", right.name());
    return api.create(caller, REVIEWS, review)
        .map(answer -> answer.path("status").path("allowed").asBoolean());
  }
}
