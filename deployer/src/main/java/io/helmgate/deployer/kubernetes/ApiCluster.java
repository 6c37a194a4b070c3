package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Cluster;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The cluster, by its API. */
public final class ApiCluster implements Cluster {
  private static final Logger log = LoggerFactory.getLogger(ApiCluster.class);

  private final KubernetesApi api;
  private final ApiResources resources;
  private final Parallel readers;

  /**
   * @param readers ask for rights side by side, as many as it has threads
   */
  public ApiCluster(KubernetesApi api, ExecutorService readers) {
    this.api = api;
    this.resources = api.resources();
    this.readers = new Parallel(readers);
  }

  @Override
  public Outcome<Caller> reach(Caller caller) {
    return api.get(caller, "version").map(_ -> caller);
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
  public Outcome<ReleaseRef> mayDelete(Caller caller, ReleaseRef ref, String manifest) {
    ServedKinds kinds = new ServedKinds(resources, caller);
    ApiResource records = new ApiResource("", "v1", "secrets", ref.namespace());
    return readers
        .all(objects(ref, manifest), object -> Outcome.success(served(kinds, object)))
        .map(
            found ->
                Stream.concat(Stream.of(records), found.stream().flatMap(Optional::stream))
                    .distinct()
                    .toList())
        .flatMap(deleted -> readers.all(deleted, resource -> may(caller, "delete", resource)))
        .map(_ -> ref);
  }

  private static List<ManifestObject> objects(ReleaseRef ref, String manifest) {
    try {
      return ManifestObject.parse(manifest, ref.namespace());
    } catch (IOException e) {
      log.warn("The manifest of release {} is no YAML", ref, e);
      return List.of();
    }
  }

  /** Helm leaves objects alone whose kind is no longer served. */
  private static Optional<ApiResource> served(ServedKinds kinds, ManifestObject object) {
    return switch (kinds.of(object)) {
      case Outcome.Success<ApiResource>(ApiResource resource) -> Optional.of(resource);
      case Outcome.Failure<ApiResource>(Reason reason, String message, var _) -> {
        log.debug("Rights on a {} cannot be asked: {} {}", object.kind(), reason, message);
        yield Optional.empty();
      }
    };
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
