package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.io.BufferedReader;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Consumer;
import okhttp3.Call;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.event.Level;

/**
 * The Kubernetes API as the service itself, for its own state in its own namespace. What the
 * cluster refuses there is no fault of a caller's.
 */
public final class ServiceApi {
  private static final Logger log = LoggerFactory.getLogger(ServiceApi.class);
  private static final JsonNode NOTHING = MissingNode.getInstance();
  private static final String PAGE = "500";

  private final KubernetesApi api;
  private final String namespace;

  /** That it is not is logged once, not with each call. */
  private final AtomicBoolean usable = new AtomicBoolean(true);

  /**
   * @param namespace where the service keeps its state
   */
  public ServiceApi(KubernetesApi api, String namespace) {
    this.api = api;
    this.namespace = namespace;
  }

  /** Kinds of objects that hold state. */
  enum Kind {
    SECRETS("api/v1/namespaces/%s/secrets"),
    LEASES("apis/coordination.k8s.io/v1/namespaces/%s/leases");

    private final String path;

    Kind(String path) {
      this.path = path;
    }
  }

  String namespace() {
    return namespace;
  }

  Outcome<JsonNode> get(Kind kind, String name) {
    return blameless(
        api.own("GET", path(kind) + "/" + name, Map.of(), KubernetesApi.JSON, NOTHING));
  }

  Outcome<JsonNode> create(Kind kind, ObjectNode object) {
    return blameless(api.own("POST", path(kind), Map.of(), KubernetesApi.JSON, object));
  }

  /** Replaces an object; the resourceVersion that it carries must be the current one. */
  Outcome<JsonNode> replace(Kind kind, ObjectNode object) {
    return blameless(
        api.own("PUT", path(kind) + "/" + name(object), Map.of(), KubernetesApi.JSON, object));
  }

  /** Deletes an object as it was read; ABORTED when it has changed since. */
  Outcome<JsonNode> delete(Kind kind, JsonNode object) {
    var options = JsonNodeFactory.instance.objectNode();
    options.put("apiVersion", "v1").put("kind", "DeleteOptions");
    options
        .withObject("/preconditions")
        .put("resourceVersion", object.path("metadata").path("resourceVersion").asText());
    return blameless(
        api.own("DELETE", path(kind) + "/" + name(object), Map.of(), KubernetesApi.JSON, options));
  }

  /** One object of a kind at most, by its metadata. */
  Outcome<JsonNode> first(Kind kind) {
    return blameless(
        api.own("GET", path(kind), Map.of("limit", "1"), KubernetesApi.METADATA_LIST, NOTHING));
  }

  /** All objects with some labels. */
  Outcome<List<JsonNode>> list(Kind kind, String selector, boolean metadataOnly) {
    return all(kind, selector, metadataOnly).map(Listed::objects);
  }

  /**
   * Objects, and since when to watch for what changes.
   *
   * @param version resourceVersion of the list
   */
  private record Listed(List<JsonNode> objects, String version) {}

  private Outcome<Listed> all(Kind kind, String selector, boolean metadataOnly) {
    var query = new HashMap<>(Map.of("labelSelector", selector, "limit", PAGE));
    List<JsonNode> found = new ArrayList<>();
    while (true) {
      var accept = metadataOnly ? KubernetesApi.METADATA_LIST : KubernetesApi.JSON;
      var page = blameless(api.own("GET", path(kind), query, accept, NOTHING));
      if (!(page instanceof Outcome.Success<JsonNode>(JsonNode list))) {
        return page.map(_ -> new Listed(found, ""));
      }
      list.path("items").forEach(found::add);
      var metadata = list.path("metadata");
      var next = metadata.path("continue").asText();
      if (next.isEmpty()) {
        return Outcome.success(new Listed(found, metadata.path("resourceVersion").asText()));
      }
      query.put("continue", next);
    }
  }

  /** A watch that goes on until it is closed. */
  interface Watching extends AutoCloseable {
    /**
     * Tells of each object that is created or changed, until the server ends the stream, or it is
     * closed; of all as they are before that, unless it goes on where the last run ended.
     */
    void run(Consumer<JsonNode> listener);

    @Override
    void close();
  }

  Watching watch(Kind kind, String selector) {
    return new Watching() {
      private volatile boolean closed;
      private volatile Call call = stream(kind, selector, "0");

      // The resourceVersion that is known; empty: none that the server would go on from.
      private String since = "";

      @Override
      public void run(Consumer<JsonNode> listener) {
        if (since.isEmpty()) {
          list(listener);
        }
        if (!since.isEmpty()) {
          call = stream(kind, selector, since);
          if (!closed) {
            read(call, listener);
          }
        }
      }

      private void list(Consumer<JsonNode> listener) {
        switch (all(kind, selector, false)) {
          case Outcome.Success<Listed>(Listed(var objects, var version)) -> {
            objects.forEach(listener);
            since = version;
          }
          case Outcome.Failure<Listed>(Reason _, String why, var _) ->
              log.debug("The service's state cannot be watched: {}", why);
        }
      }

      private void read(Call stream, Consumer<JsonNode> listener) {
        try (var response = stream.execute();
            var lines = new BufferedReader(response.body().charStream())) {
          for (var line = lines.readLine(); line != null; line = lines.readLine()) {
            var event = api.mapper().readTree(line);
            var type = event.path("type").asText();
            var object = event.path("object");
            if (!response.isSuccessful() || type.equals("ERROR")) {
              log.debug("The watch of the service's state begins anew: {}", event);
              since = "";
              return;
            }
            if (type.equals("ADDED") || type.equals("MODIFIED")) {
              listener.accept(object);
            }
            since = object.path("metadata").path("resourceVersion").asText();
          }
        } catch (IOException e) {
          if (!closed) {
            log.info("The watch of the service's state broke: {}", e.toString());
          }
        }
      }

      @Override
      public void close() {
        closed = true;
        call.cancel();
      }
    };
  }

  private Call stream(Kind kind, String selector, String version) {
    return api.ownStream(
        path(kind),
        Map.of(
            "watch",
            "true",
            "allowWatchBookmarks",
            "true",
            "labelSelector",
            selector,
            "resourceVersion",
            version,
            "timeoutSeconds",
            Integer.toString(KubernetesApi.WATCH_SECONDS)));
  }

  private String path(Kind kind) {
    return kind.path.formatted(namespace);
  }

  private static String name(JsonNode object) {
    return object.path("metadata").path("name").asText();
  }

  private <T> Outcome<T> blameless(Outcome<T> outcome) {
    if (outcome instanceof Outcome.Failure<T>(Reason reason, String message, var _)
        && (reason == Reason.PERMISSION_DENIED || reason == Reason.INVALID_ARGUMENT)) {
      log.atLevel(usable.getAndSet(false) ? Level.ERROR : Level.DEBUG)
          .log("The service cannot use its own state: {}", message);
      return Outcome.failure(Reason.UNAVAILABLE, "the service cannot use its own state");
    }
    if (outcome instanceof Outcome.Success<T>) {
      usable.set(true);
    }
    return outcome;
  }
}
