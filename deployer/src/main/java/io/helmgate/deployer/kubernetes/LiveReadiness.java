package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.helmgate.deployer.kubernetes.Readiness.Ready;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import java.util.Map;
import java.util.Optional;
import java.util.StringJoiner;

/** Looks at an object on the cluster, and at what else its readiness depends on. */
final class LiveReadiness {
  private final KubernetesApi api;

  LiveReadiness(KubernetesApi api) {
    this.api = api;
  }

  /** For Helm, kinds that have no rule are ready without a look whether they are there. */
  Outcome<Readiness> check(Caller caller, ManifestObject object) {
    return looked(caller, object).orElseGet(() -> Outcome.success(new Ready()));
  }

  /** What the rule for its kind says; empty for a kind that has none. */
  Optional<Outcome<Readiness>> looked(Caller caller, ManifestObject object) {
    return path(object)
        .map(path -> api.get(caller, path.path()).flatMap(live -> readiness(caller, object, live)));
  }

  /** Where an object is that has a rule. */
  static Optional<ObjectPath> path(ManifestObject object) {
    Optional<String> collection =
        switch (object.kind()) {
          case "Pod" -> core(object, "pods");
          case "PersistentVolumeClaim" -> core(object, "persistentvolumeclaims");
          case "Service" ->
              object.apiVersion().equals("v1") ? core(object, "services") : Optional.empty();
          case "ReplicationController" -> core(object, "replicationcontrollers");
          case "Job" -> grouped(object, "batch/v1", "jobs");
          case "DaemonSet" -> grouped(object, "apps/v1", "daemonsets");
          case "StatefulSet" -> grouped(object, "apps/v1", "statefulsets");
          case "Deployment" -> grouped(object, "apps/v1", "deployments");
          case "ReplicaSet" -> grouped(object, "apps/v1", "replicasets");
          case "CustomResourceDefinition" ->
              Optional.of("apis/apiextensions.k8s.io/v1/customresourcedefinitions");
          default -> Optional.empty();
        };
    return collection.map(path -> new ObjectPath(path, object.name()));
  }

  private static Optional<String> core(ManifestObject object, String resource) {
    return Optional.of("api/v1/namespaces/%s/%s".formatted(object.namespace(), resource));
  }

  private static Optional<String> grouped(ManifestObject object, String group, String resource) {
    return Optional.of("apis/%s/namespaces/%s/%s".formatted(group, object.namespace(), resource));
  }

  private Outcome<Readiness> readiness(Caller caller, ManifestObject object, JsonNode live) {
    return switch (object.kind()) {
      case "Pod" -> Outcome.success(ReadinessRules.pod(live));
      case "PersistentVolumeClaim" -> Outcome.success(ReadinessRules.claim(live));
      case "Service" -> Outcome.success(ReadinessRules.service(live));
      case "Job" -> Outcome.success(ReadinessRules.job(live));
      case "DaemonSet" -> Outcome.success(ReadinessRules.daemonSet(live));
      case "StatefulSet" -> Outcome.success(ReadinessRules.statefulSet(live));
      case "Deployment" -> deployment(caller, object, live);
      case "ReplicaSet", "ReplicationController" -> replicas(caller, object, live);
      case "CustomResourceDefinition" -> Outcome.success(ReadinessRules.definition(live));
      default -> throw new IllegalArgumentException(object.kind() + " has no rule");
    };
  }

  private Outcome<Readiness> deployment(Caller caller, ManifestObject object, JsonNode live) {
    String path = "apis/apps/v1/namespaces/%s/replicasets".formatted(object.namespace());
    return api.list(caller, path, selector(live.path("spec").path("selector")))
        .map(sets -> ReadinessRules.deployment(live, newest(live, sets)));
  }

  private Outcome<Readiness> replicas(Caller caller, ManifestObject object, JsonNode live) {
    JsonNode selector = live.path("spec").path("selector");
    boolean plain = object.kind().equals("ReplicationController");
    Map<String, String> query = plain ? labels(selector) : selector(selector);
    return api.list(caller, "api/v1/namespaces/%s/pods".formatted(object.namespace()), query)
        .map(pods -> ReadinessRules.replicas(live, pods));
  }

  /** The controller writes the same revision on a Deployment and on its current ReplicaSet. */
  private static JsonNode newest(JsonNode deployment, JsonNode sets) {
    String uid = deployment.path("metadata").path("uid").asText();
    String revision = revision(deployment);
    for (JsonNode set : sets.path("items")) {
      for (JsonNode owner : set.path("metadata").path("ownerReferences")) {
        if (owner.path("uid").asText().equals(uid) && revision(set).equals(revision)) {
          return set;
        }
      }
    }
    return MissingNode.getInstance();
  }

  private static String revision(JsonNode object) {
    return object
        .path("metadata")
        .path("annotations")
        .path("deployment.kubernetes.io/revision")
        .asText();
  }

  private static Map<String, String> labels(JsonNode labels) {
    StringJoiner terms = new StringJoiner(",");
    labels
        .properties()
        .forEach(label -> terms.add(label.getKey() + "=" + label.getValue().asText()));
    return Map.of("labelSelector", terms.toString());
  }

  /** A LabelSelector in the form of a query. */
  private static Map<String, String> selector(JsonNode selector) {
    StringJoiner terms = new StringJoiner(",");
    labels(selector.path("matchLabels")).values().stream()
        .filter(text -> !text.isEmpty())
        .forEach(terms::add);
    for (JsonNode expression : selector.path("matchExpressions")) {
      String key = expression.path("key").asText();
      StringJoiner values = new StringJoiner(",", "(", ")");
      expression.path("values").forEach(value -> values.add(value.asText()));
      terms.add(
          switch (expression.path("operator").asText()) {
            case "In" -> key + " in " + values;
            case "NotIn" -> key + " notin " + values;
            case "DoesNotExist" -> "!" + key;
            default -> key;
          });
    }
    return Map.of("labelSelector", terms.toString());
  }
}
