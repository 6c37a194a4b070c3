package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.time.Duration;
import java.util.Optional;

/**
 * Finds how the API serves any kind of object, as the cluster's discovery tells it, which is the
 * same for everybody. Kinds of Kubernetes itself are kept for a minute; those that definitions give
 * may be gone with them at any time.
 */
final class ApiResources {
  private static final Duration KEPT = Duration.ofMinutes(1);

  private final KubernetesApi api;

  /** By group and version. */
  private final Cache<String, JsonNode> known =
      Caffeine.newBuilder().maximumSize(200).expireAfterWrite(KEPT).build();

  ApiResources(KubernetesApi api) {
    this.api = api;
  }

  Outcome<ApiResource> of(Caller caller, ManifestObject object) {
    return Optional.ofNullable(known.getIfPresent(object.apiVersion()))
        .flatMap(served -> of(served, object))
        .map(Outcome::success)
        .orElseGet(() -> asked(caller, object));
  }

  private Outcome<ApiResource> asked(Caller caller, ManifestObject object) {
    String prefix = object.apiVersion().contains("/") ? "apis/" : "api/";
    return api.get(caller, prefix + object.apiVersion())
        .flatMap(
            served -> {
              String group = group(object);
              if (ApiResource.builtIn(group)) {
                known.put(object.apiVersion(), served);
              }
              return of(served, object)
                  .map(Outcome::success)
                  .orElseGet(
                      () ->
                          Outcome.failure(
                              Reason.FAILED_PRECONDITION,
                              "the cluster knows no "
                                  + object.kind()
                                  + " in "
                                  + object.apiVersion()));
            });
  }

  private static Optional<ApiResource> of(JsonNode served, ManifestObject object) {
    String group = group(object);
    String version = object.apiVersion().substring(object.apiVersion().indexOf('/') + 1);
    for (JsonNode resource : served.path("resources")) {
      String name = resource.path("name").asText();
      if (resource.path("kind").asText().equals(object.kind()) && !name.contains("/")) {
        boolean namespaced = resource.path("namespaced").asBoolean();
        return Optional.of(
            new ApiResource(group, version, name, namespaced ? object.namespace() : ""));
      }
    }
    return Optional.empty();
  }

  private static String group(ManifestObject object) {
    return object.apiVersion().substring(0, Math.max(0, object.apiVersion().indexOf('/')));
  }

  /** Where an object is. */
  Outcome<ObjectPath> path(Caller caller, ManifestObject object) {
    return of(caller, object).map(resource -> new ObjectPath(resource.path(), object.name()));
  }
}
