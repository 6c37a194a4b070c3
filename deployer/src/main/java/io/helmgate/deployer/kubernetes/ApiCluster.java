package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Cluster;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;

/** The cluster, by its API. */
public final class ApiCluster implements Cluster {
  private final KubernetesApi api;

  public ApiCluster(KubernetesApi api) {
    this.api = api;
  }

  @Override
  public Outcome<String> version(Caller caller) {
    return api.get(caller, "version").map(version -> version.path("gitVersion").asText());
  }

  @Override
  public Outcome<Boolean> namespaceAbsent(Caller caller, String namespace) {
    Outcome<JsonNode> found = api.get(caller, "api/v1/namespaces/" + namespace);
    if (found instanceof Outcome.Failure<JsonNode>(Reason reason, String message, var _)) {
      return reason == Reason.NOT_FOUND || reason == Reason.PERMISSION_DENIED
          ? Outcome.success(reason == Reason.NOT_FOUND)
          : Outcome.failure(reason, message);
    }
    return Outcome.success(false);
  }

  @Override
  public Outcome<Caller> mayUseRecords(Caller caller, String namespace, String verb) {
    return may(caller, verb, new ApiResource("", "v1", "secrets", namespace));
  }

  private Outcome<Caller> may(Caller caller, String verb, ApiResource resource) {
    ObjectNode review = JsonNodeFactory.instance.objectNode();
    review.put("apiVersion", "authorization.k8s.io/v1").put("kind", "SelfSubjectAccessReview");
    review
        .withObject("/spec/resourceAttributes")
        .put("verb", verb)
        .put("group", resource.group())
        .put("resource", resource.name())
        .put("namespace", resource.namespace());
    return api.create(caller, "apis/authorization.k8s.io/v1/selfsubjectaccessreviews", review)
        .flatMap(
            answer ->
                answer.path("status").path("allowed").asBoolean()
                    ? Outcome.success(caller)
                    : Outcome.failure(
                        Reason.PERMISSION_DENIED,
                        "%s is forbidden: user \"%s\" cannot %s it%s"
                            .formatted(
                                resource.name(),
                                caller.user(),
                                verb,
                                resource.namespace().isEmpty()
                                    ? " at the cluster scope"
                                    : " in the namespace \"" + resource.namespace() + "\"")));
  }
}
