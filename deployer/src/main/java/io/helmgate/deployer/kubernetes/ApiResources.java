package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;

/** Finds how the API serves any kind of object, as the cluster's discovery tells it. */
final class ApiResources {
  private final KubernetesApi api;

  ApiResources(KubernetesApi api) {
    this.api = api;
  }

  Outcome<ApiResource> of(Caller caller, ManifestObject object) {
    int slash = object.apiVersion().indexOf('/');
    String group = slash < 0 ? "" : object.apiVersion().substring(0, slash);
    String version = object.apiVersion().substring(slash + 1);
    return api.get(caller, (group.isEmpty() ? "api/" : "apis/") + object.apiVersion())
        .flatMap(
            served -> {
              for (JsonNode resource : served.path("resources")) {
                String name = resource.path("name").asText();
                if (resource.path("kind").asText().equals(object.kind()) && !name.contains("/")) {
                  boolean namespaced = resource.path("namespaced").asBoolean();
                  return Outcome.success(
                      new ApiResource(group, version, name, namespaced ? object.namespace() : ""));
                }
              }
              return Outcome.failure(
                  Reason.FAILED_PRECONDITION,
                  "the cluster knows no " + object.kind() + " in " + object.apiVersion());
            });
  }

  /** The path of the collection that the object belongs to. */
  Outcome<String> collection(Caller caller, ManifestObject object) {
    return of(caller, object).map(ApiResource::path);
  }
}
