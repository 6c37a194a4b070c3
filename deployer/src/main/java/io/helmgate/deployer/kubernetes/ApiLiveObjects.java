package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.kubernetes.Readiness.NotYet;
import io.helmgate.deployer.kubernetes.Readiness.Ready;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.HookLog;
import io.helmgate.deployer.release.LiveObjects;
import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.yaml.NoYamlException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Reads objects and logs from the API server, side by side. */
public final class ApiLiveObjects implements LiveObjects {
  private static final Logger log = LoggerFactory.getLogger(ApiLiveObjects.class);

  private final KubernetesApi api;
  private final ApiResources resources;
  private final LiveReadiness live;
  private final Parallel readers;

  /**
   * @param readers reads objects side by side, as many as it has threads
   */
  public ApiLiveObjects(KubernetesApi api, ExecutorService readers) {
    this.api = api;
    this.resources = api.resources();
    this.live = new LiveReadiness(api);
    this.readers = new Parallel(readers);
  }

  @Override
  public Outcome<List<ObjectStatus>> states(Caller caller, ReleaseRef ref, String manifest) {
    ServedKinds kinds = new ServedKinds(resources, caller);
    try {
      return readers.all(
          ManifestObject.parse(manifest, ref.namespace()), object -> state(caller, kinds, object));
    } catch (NoYamlException e) {
      log.warn("The manifest of release {} is no YAML", ref, e);
      return Outcome.failure(
          Reason.FAILED_PRECONDITION, "release " + ref + ": its manifest cannot be read");
    }
  }

  private Outcome<ObjectStatus> state(Caller caller, ServedKinds kinds, ManifestObject object) {
    return switch (kinds.of(object)) {
      case Outcome.Failure<ApiResource>(Reason reason, String message, var _) ->
          shown(object, Outcome.failure(reason, message));
      case Outcome.Success<ApiResource>(ApiResource resource) ->
          shown(object.in(resource.namespace()), look(caller, object, resource));
    };
  }

  private static Outcome<ObjectStatus> shown(ManifestObject object, Outcome<Readiness> found) {
    return found instanceof Outcome.Failure<Readiness>(Reason reason, String message, var _)
            && reason == Reason.UNAVAILABLE
        ? Outcome.failure(reason, message)
        : Outcome.success(ReadinessRounds.status(object, found));
  }

  /** An object of a kind that has no rule is ready when it is there. */
  private Outcome<Readiness> look(Caller caller, ManifestObject object, ApiResource resource) {
    return live.looked(caller, object)
        .orElseGet(
            () -> api.get(caller, resource.path() + "/" + object.name()).map(_ -> new Ready()))
        .recover(Reason.NOT_FOUND, new NotYet("not there"));
  }

  @Override
  public Outcome<List<HookLog>> logs(Caller caller, ReleaseRef ref, List<HelmHook> hooks) {
    List<HookLog> logs = new ArrayList<>();
    Outcome<Ready> read = Outcome.success(new Ready());
    for (HelmHook hook : hooks) {
      read =
          read.flatMap(_ -> pods(caller, ref, hook))
              .flatMap(
                  pods -> {
                    pods.forEach(pod -> add(caller, hook, pod, logs));
                    return Outcome.success(new Ready());
                  });
    }
    return read.map(_ -> logs);
  }

  /**
   * Those that the hook is, or that its Job has made; none when they are gone, or cannot be told
   * from others since the API server gave the name.
   */
  private Outcome<List<JsonNode>> pods(Caller caller, ReleaseRef ref, HelmHook hook) {
    if (hook.name().isEmpty()) {
      return Outcome.success(List.of());
    }
    String path = "api/v1/namespaces/" + ref.namespace() + "/pods";
    return switch (hook.kind()) {
      case "Pod" ->
          api.get(caller, path + "/" + hook.name())
              .map(List::of)
              .recover(Reason.NOT_FOUND, List.of());
      case "Job" ->
          api.list(caller, path, Map.of("labelSelector", "job-name=" + hook.name()))
              .map(pods -> pods.path("items").valueStream().toList());
      default -> Outcome.success(List.of());
    };
  }

  private void add(Caller caller, HelmHook hook, JsonNode pod, List<HookLog> logs) {
    JsonNode metadata = pod.path("metadata");
    String name = metadata.path("name").asText();
    String path =
        "api/v1/namespaces/%s/pods/%s/log".formatted(metadata.path("namespace").asText(), name);
    for (JsonNode each : pod.path("spec").path("containers")) {
      String container = each.path("name").asText();
      logs.add(
          switch (api.text(caller, path, end(container))) {
            case Outcome.Success<String>(String text) ->
                new HookLog(hook.name(), name, container, text, "");
            case Outcome.Failure<String>(Reason _, String message, var _) ->
                new HookLog(hook.name(), name, container, "", message);
          });
    }
  }

  /** The last lines of a container's log, and not too many bytes of them. */
  private static Map<String, String> end(String container) {
    return Map.of("container", container, "tailLines", "1000", "limitBytes", "65536");
  }
}
