package io.helmgate.deployer.kubernetes;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Outcome;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** How the API serves kinds of objects, asked once for each kind while one call lasts. */
final class ServedKinds {
  private final ApiResources resources;
  private final Caller caller;
  private final Map<String, Outcome<ApiResource>> known = new ConcurrentHashMap<>();

  ServedKinds(ApiResources resources, Caller caller) {
    this.resources = resources;
    this.caller = caller;
  }

  Outcome<ApiResource> of(ManifestObject object) {
    return known
        .computeIfAbsent(
            object.apiVersion() + "/" + object.kind(), _ -> resources.of(caller, object))
        .map(resource -> resource.in(object.namespace()));
  }
}
