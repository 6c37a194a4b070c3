package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.kubernetes.Readiness.Failed;
import io.helmgate.deployer.kubernetes.Readiness.NotYet;
import io.helmgate.deployer.kubernetes.Readiness.Ready;

/**
 * When one live object is ready, as in Helm 3's pkg/kube/ready.go. The rules that need a second
 * object take it as a further parameter.
 */
final class ReadinessRules {
  private static final Readiness READY = new Ready();
  private static final String REPLICAS = "replicas";
  private static final String READY_REPLICAS = "readyReplicas";

  private ReadinessRules() {}

  static Readiness pod(JsonNode pod) {
    return condition(pod, "Ready") ? READY : new NotYet("not ready");
  }

  static Readiness claim(JsonNode claim) {
    return claim.path("status").path("phase").asText().equals("Bound")
        ? READY
        : new NotYet("not bound");
  }

  static Readiness service(JsonNode service) {
    JsonNode spec = service.path("spec");
    String type = spec.path("type").asText();
    if (type.equals("ExternalName")) {
      return READY;
    }
    if (spec.path("clusterIP").asText().isEmpty()) {
      return new NotYet("no cluster IP");
    }
    boolean balanced =
        !type.equals("LoadBalancer")
            || !spec.path("externalIPs").isEmpty()
            || !service.path("status").path("loadBalancer").path("ingress").isEmpty();
    return balanced ? READY : new NotYet("no load balancer address");
  }

  static Readiness job(JsonNode job) {
    JsonNode spec = job.path("spec");
    JsonNode status = job.path("status");
    if (condition(job, "Failed")
        || status.path("failed").asInt() > spec.path("backoffLimit").asInt(6)) {
      return new Failed("failed");
    }
    int completions = spec.path("completions").asInt(0);
    int succeeded = status.path("succeeded").asInt();
    return succeeded >= completions
        ? READY
        : new NotYet(succeeded + " of " + completions + " completions");
  }

  static Readiness definition(JsonNode definition) {
    for (JsonNode condition : definition.path("status").path("conditions")) {
      String type = condition.path("type").asText();
      String status = condition.path("status").asText();
      boolean established = type.equals("Established") && status.equals("True");
      boolean nameTaken = type.equals("NamesAccepted") && status.equals("False");
      if (established || nameTaken) {
        return READY;
      }
    }
    return new NotYet("not established");
  }

  static Readiness daemonSet(JsonNode set) {
    JsonNode strategy = set.path("spec").path("updateStrategy");
    JsonNode status = set.path("status");
    if (!observed(set)) {
      return new NotYet("not seen by its controller");
    }
    if (!strategy.path("type").asText("RollingUpdate").equals("RollingUpdate")) {
      return READY;
    }
    int desired = status.path("desiredNumberScheduled").asInt();
    int updated = status.path("updatedNumberScheduled").asInt();
    if (updated != desired) {
      return new NotYet(updated + " of " + desired + " pods scheduled");
    }
    JsonNode max = strategy.path("rollingUpdate").path("maxUnavailable");
    int expected = desired - (max.isMissingNode() ? 1 : share(max, desired, true));
    return pods(status.path("numberReady").asInt(), expected);
  }

  static Readiness statefulSet(JsonNode set) {
    JsonNode spec = set.path("spec");
    JsonNode strategy = spec.path("updateStrategy");
    JsonNode status = set.path("status");
    if (!observed(set)) {
      return new NotYet("not seen by its controller");
    }
    if (!strategy.path("type").asText("RollingUpdate").equals("RollingUpdate")) {
      return READY;
    }
    int partition = strategy.path("rollingUpdate").path("partition").asInt();
    int replicas = spec.path(REPLICAS).asInt(1);
    int updated = status.path("updatedReplicas").asInt();
    if (updated < replicas - partition) {
      return new NotYet(updated + " of " + (replicas - partition) + " pods updated");
    }
    int ready = status.path(READY_REPLICAS).asInt();
    if (ready != replicas) {
      return new NotYet(ready + " of " + replicas + " pods ready");
    }
    boolean settled =
        partition > 0 || status.path("currentRevision").equals(status.path("updateRevision"));
    return settled ? READY : new NotYet("old pods are still there");
  }

  /**
   * A Deployment.
   *
   * @param newest the ReplicaSet of the Deployment's current template; missing until it is made
   */
  static Readiness deployment(JsonNode deployment, JsonNode newest) {
    JsonNode spec = deployment.path("spec");
    if (spec.path("paused").asBoolean()) {
      return READY;
    }
    if (newest.isMissingNode() || !observed(newest) || !observed(deployment)) {
      return new NotYet("not seen by its controller");
    }
    int replicas = spec.path(REPLICAS).asInt(1);
    int expected = replicas - maxUnavailable(spec.path("strategy"), replicas);
    return pods(newest.path("status").path(READY_REPLICAS).asInt(), expected);
  }

  /**
   * A ReplicaSet or ReplicationController.
   *
   * @param pods a PodList of those that it selects
   */
  static Readiness replicas(JsonNode owner, JsonNode pods) {
    if (!observed(owner)) {
      return new NotYet("not seen by its controller");
    }
    for (JsonNode pod : pods.path("items")) {
      if (pod(pod) instanceof NotYet) {
        return new NotYet("pod " + pod.path("metadata").path("name").asText() + " not ready");
      }
    }
    return READY;
  }

  /** Whether a hook's Job or Pod has come to its end. */
  static Readiness completed(JsonNode object) {
    String phase = object.path("status").path("phase").asText();
    if (condition(object, "Failed") || phase.equals("Failed")) {
      return new Failed("failed");
    }
    return condition(object, "Complete") || phase.equals("Succeeded")
        ? READY
        : new NotYet("not completed");
  }

  private static Readiness pods(int ready, int expected) {
    return ready >= expected ? READY : new NotYet(ready + " of " + expected + " pods ready");
  }

  private static boolean observed(JsonNode object) {
    return object.path("status").path("observedGeneration").asLong()
        == object.path("metadata").path("generation").asLong();
  }

  private static boolean condition(JsonNode object, String type) {
    for (JsonNode condition : object.path("status").path("conditions")) {
      if (condition.path("type").asText().equals(type)) {
        return condition.path("status").asText().equals("True");
      }
    }
    return false;
  }

  /** Deployment's rule: at least one pod may be missing when neither surge nor gap is allowed. */
  private static int maxUnavailable(JsonNode strategy, int replicas) {
    if (!strategy.path("type").asText().equals("RollingUpdate") || replicas == 0) {
      return 0;
    }
    JsonNode rolling = strategy.path("rollingUpdate");
    int surge = share(rolling.path("maxSurge"), replicas, true);
    int unavailable = share(rolling.path("maxUnavailable"), replicas, false);
    return Math.min(replicas, surge == 0 && unavailable == 0 ? 1 : unavailable);
  }

  /** An IntOrString: a number, or a percentage of the total. */
  private static int share(JsonNode value, int total, boolean up) {
    String text = value.asText();
    if (!text.endsWith("%")) {
      return value.asInt();
    }
    try {
      double part = Double.parseDouble(text.substring(0, text.length() - 1)) * total / 100;
      return (int) (up ? Math.ceil(part) : Math.floor(part));
    } catch (NumberFormatException e) {
      return total;
    }
  }
}
