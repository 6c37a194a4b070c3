package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import io.helmgate.deployer.kubernetes.Readiness.Ready;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import java.util.Map;
import java.util.StringJoiner;

/** Looks at an object on the cluster, and at what else its readiness depends on. */
final class LiveReadiness {
  private final KubernetesApi api;

  LiveReadiness(KubernetesApi api) {
    this.api = api;
  }

  /** Kinds that are not named here are ready as soon as they exist, as for Helm. */
  Outcome<Readiness> check(Caller caller, ManifestObject object) {
    return switch (object.kind()) {
      case "Pod" -> core(caller, object, "pods").map(ReadinessRules::pod);
      case "PersistentVolumeClaim" ->
          core(caller, object, "persistentvolumeclaims").map(ReadinessRules::claim);
      case "Service" ->
          object.apiVersion().equals("v1")
              ? core(caller, object, "services").map(ReadinessRules::service)
              : Outcome.success(new Ready());
      case "Job" -> grouped(caller, object, "batch/v1", "jobs").map(ReadinessRules::job);
      case "DaemonSet" ->
          grouped(caller, object, "apps/v1", "daemonsets").map(ReadinessRules::daemonSet);
      case "StatefulSet" ->
          grouped(caller, object, "apps/v1", "statefulsets").map(ReadinessRules::statefulSet);
      case "Deployment" ->
          grouped(caller, object, "apps/v1", "deployments")
              .flatMap(live -> deployment(caller, object, live));
      case "ReplicaSet" ->
          grouped(caller, object, "apps/v1", "replicasets")
              .flatMap(live -> replicas(caller, object, live));
      case "ReplicationController" ->
          core(caller, object, "replicationcontrollers")
              .flatMap(live -> replicas(caller, object, live));
      case "CustomResourceDefinition" ->
          api.get(caller, "apis/apiextensions.k8s.io/v1/customresourcedefinitions/" + object.name())
              .map(ReadinessRules::definition);
      default -> Outcome.success(new Ready());
    };
  }

  private Outcome<JsonNode> core(Caller caller, ManifestObject object, String resource) {
    return api.get(
        caller,
        "api/v1/namespaces/%s/%s/%s".formatted(object.namespace(), resource, object.name()));
  }

  private Outcome<JsonNode> grouped(
      Caller caller, ManifestObject object, String group, String resource) {
    return api.get(
        caller,
        "apis/%s/namespaces/%s/%s/%s"
            .formatted(group, object.namespace(), resource, object.name()));
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
