package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;

/** Finds the API path of any kind of object, as the cluster's discovery tells it. */
final class ApiResources {
  private final KubernetesApi api;

  ApiResources(KubernetesApi api) {
    this.api = api;
  }

  /** The path of the collection that the object belongs to. */
  Outcome<String> collection(Caller caller, ManifestObject object) {
    String version = object.apiVersion();
    String group = (version.contains("/") ? "apis/" : "api/") + version;
    return api.get(caller, group)
        .flatMap(
            resources -> {
              for (JsonNode resource : resources.path("resources")) {
                String name = resource.path("name").asText();
                if (resource.path("kind").asText().equals(object.kind()) && !name.contains("/")) {
                  boolean namespaced = resource.path("namespaced").asBoolean();
                  String scope = namespaced ? "/namespaces/" + object.namespace() : "";
                  return Outcome.success(group + scope + "/" + name);
                }
              }
              return Outcome.failure(
                  Reason.FAILED_PRECONDITION,
                  "the cluster knows no " + object.kind() + " in " + version);
            });
  }
}
