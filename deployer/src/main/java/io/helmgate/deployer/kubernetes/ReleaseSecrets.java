package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.HookRun;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.ReleaseStore;
import io.helmgate.deployer.release.RevisionState;
import io.helmgate.deployer.release.StoredRevision;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ExecutorService;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.regex.Pattern;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Helm's release Secrets (its storage driver {@code secret}): type {@code helm.sh/release.v1}, name
 * {@code sh.helm.release.v1.NAME.vN}, labels owner, name, version and status.
 */
public final class ReleaseSecrets implements ReleaseStore {
  private static final Logger log = LoggerFactory.getLogger(ReleaseSecrets.class);
  static final String TYPE = "type=helm.sh/release.v1";
  private static final int PAGE = 500;
  private static final Pattern REVISION = Pattern.compile("[1-9][0-9]{0,8}");

  private final KubernetesApi api;
  private final Parallel readers;
  private final ReleaseCodec codec = new ReleaseCodec();

  /**
   * @param readers reads records side by side, as many as it has threads
   */
  public ReleaseSecrets(KubernetesApi api, ExecutorService readers) {
    this.api = api;
    this.readers = new Parallel(readers);
  }

  @Override
  public Outcome<List<RevisionState>> revisions(Caller caller, ReleaseRef ref) {
    return list(caller, Optional.of(ref.namespace()), "name=" + ref.name())
        .map(
            states ->
                states.stream()
                    .sorted(Comparator.comparingInt(RevisionState::revision).reversed())
                    .toList());
  }

  @Override
  public Outcome<List<RevisionState>> list(
      Caller caller, Optional<String> namespace, String selector) {
    Map<String, String> query =
        Map.of(
            "labelSelector",
            selector.isBlank() ? "owner=helm" : "owner=helm," + selector,
            "fieldSelector",
            TYPE);
    if (namespace.isPresent()) {
      return states(caller, "api/v1/namespaces/" + namespace.get() + "/secrets", query);
    }
    Outcome<List<RevisionState>> everywhere = states(caller, "api/v1/secrets", query);
    if (!denied(everywhere)) {
      return everywhere;
    }
    Outcome<List<JsonNode>> namespaces = all(caller, "api/v1/namespaces", Map.of());
    return denied(namespaces)
        ? everywhere
        : namespaces.flatMap(seen -> inEach(caller, seen, query));
  }

  /** Where the caller may list them, of the namespaces that the caller sees. */
  private Outcome<List<RevisionState>> inEach(
      Caller caller, List<JsonNode> namespaces, Map<String, String> query) {
    return readers
        .all(
            namespaces.stream().map(each -> each.path("metadata").path("name").asText()).toList(),
            name ->
                states(caller, "api/v1/namespaces/" + name + "/secrets", query)
                    .recover(Reason.PERMISSION_DENIED, List.of()))
        .map(found -> found.stream().flatMap(List::stream).toList());
  }

  private static boolean denied(Outcome<?> outcome) {
    return outcome instanceof Outcome.Failure<?>(Reason reason, String _, var _)
        && reason == Reason.PERMISSION_DENIED;
  }

  private Outcome<List<RevisionState>> states(
      Caller caller, String path, Map<String, String> query) {
    return all(caller, path, query)
        .map(secrets -> secrets.stream().flatMap(secret -> state(secret).stream()).toList());
  }

  /** The metadata of a whole collection. */
  private Outcome<List<JsonNode>> all(Caller caller, String path, Map<String, String> terms) {
    Map<String, String> query = new LinkedHashMap<>(terms);
    query.put("limit", Integer.toString(PAGE));
    List<JsonNode> found = new ArrayList<>();
    while (true) {
      Outcome<JsonNode> page = api.listMetadata(caller, path, query);
      if (!(page instanceof Outcome.Success<JsonNode>(JsonNode list))) {
        return page.map(_ -> found);
      }
      list.path("items").forEach(found::add);
      String next = list.path("metadata").path("continue").asText();
      if (next.isEmpty()) {
        return Outcome.success(found);
      }
      query.put("continue", next);
    }
  }

  @Override
  public Outcome<List<ReleaseRevision>> read(Caller caller, List<RevisionState> revisions) {
    return readers
        .all(revisions, state -> found(caller, state))
        .map(found -> found.stream().flatMap(Optional::stream).toList());
  }

  /** Somebody may have deleted it since it was listed. */
  private Outcome<Optional<ReleaseRevision>> found(Caller caller, RevisionState state) {
    return read(caller, state).map(Optional::of).recover(Reason.NOT_FOUND, Optional.empty());
  }

  /** A damaged record is shown as such, so that it does not hide its neighbours. */
  private Outcome<ReleaseRevision> read(Caller caller, RevisionState state) {
    ReleaseRef ref = state.ref();
    Outcome<ReleaseRevision> read =
        object(caller, ref, state.revision())
            .flatMap(
                object ->
                    decode(
                        ref,
                        state.revision(),
                        object,
                        json -> new ReleaseDocument(ref, json).revision()));
    return read instanceof Outcome.Failure<ReleaseRevision>(Reason reason, String message, var _)
            && reason == Reason.FAILED_PRECONDITION
        ? Outcome.success(ReleaseDocument.unreadable(state, message))
        : read;
  }

  @Override
  public Outcome<StoredRevision> stored(Caller caller, ReleaseRef ref, int revision) {
    return document(caller, ref, revision).map(secret -> secret.document().stored());
  }

  @Override
  public Outcome<ReleaseRef> fail(
      Caller caller, ReleaseRef ref, int revision, String description, OptionalInt deployed) {
    Outcome<ReleaseRef> failed =
        change(
            caller,
            ref,
            revision,
            document -> {
              document.status("failed");
              document.description(description);
            });
    return deployed.isEmpty()
        ? failed
        : failed.flatMap(_ -> mark(caller, ref, deployed.getAsInt(), "deployed"));
  }

  @Override
  public Outcome<ReleaseRef> mark(Caller caller, ReleaseRef ref, int revision, String status) {
    return change(caller, ref, revision, document -> document.status(status));
  }

  @Override
  public Outcome<ReleaseRef> delete(Caller caller, ReleaseRef ref, int revision) {
    return api.delete(caller, path(ref, revision)).map(_ -> ref).recover(Reason.NOT_FOUND, ref);
  }

  @Override
  public Outcome<ReleaseRef> ran(Caller caller, ReleaseRef ref, int revision, List<HookRun> runs) {
    return runs.isEmpty()
        ? Outcome.success(ref)
        : change(caller, ref, revision, document -> runs.forEach(document::ran));
  }

  @Override
  public Outcome<ReleaseRef> restore(Caller caller, ReleaseRef ref, int revision, int replayed) {
    return document(caller, ref, revision)
        .flatMap(
            secret ->
                secret.document().standsInFor(replayed)
                        && !secret.document().status().startsWith("pending-")
                    ? document(caller, ref, replayed)
                        .flatMap(
                            original -> {
                              secret.document().restoreFrom(original.document());
                              return write(caller, ref, secret);
                            })
                    : Outcome.success(ref));
  }

  @Override
  public Outcome<ReleaseRef> restoreChart(
      Caller caller, ReleaseRef ref, int revision, FetchedChart chart) {
    return document(caller, ref, revision)
        .flatMap(
            secret ->
                secret.document().status().startsWith("pending-")
                    ? Outcome.success(ref)
                    : restoreChart(caller, ref, secret, chart))
        .recover(Reason.NOT_FOUND, ref);
  }

  private Outcome<ReleaseRef> restoreChart(
      Caller caller, ReleaseRef ref, Secret secret, FetchedChart chart) {
    try {
      secret.document().takeFiles(ChartRecord.of(chart.archive()));
    } catch (IOException e) {
      log.error("The chart of release {} cannot be read again", ref, e);
      return Outcome.failure(Reason.INTERNAL, "release " + ref + ": its chart cannot be read");
    }
    return write(caller, ref, secret);
  }

  private Outcome<ReleaseRef> change(
      Caller caller, ReleaseRef ref, int revision, Consumer<ReleaseDocument> change) {
    return document(caller, ref, revision)
        .flatMap(
            secret -> {
              change.accept(secret.document());
              return write(caller, ref, secret);
            });
  }

  /** Writes under the resourceVersion that was read. */
  private Outcome<ReleaseRef> write(Caller caller, ReleaseRef ref, Secret secret) {
    try {
      ObjectNode object = secret.object();
      object.withObject("/data").put("release", ReleaseCodec.encode(secret.document().json()));
      object.withObject("/metadata/labels").put("status", secret.document().status());
      return api.replace(caller, secret.path(), object).map(_ -> ref);
    } catch (IOException e) {
      log.error("The record of release {} cannot be written", ref, e);
      return Outcome.failure(Reason.INTERNAL, "release " + ref + ": its record cannot be written");
    }
  }

  private Outcome<Secret> document(Caller caller, ReleaseRef ref, int revision) {
    return object(caller, ref, revision)
        .flatMap(
            object ->
                decode(
                    ref,
                    revision,
                    object,
                    json ->
                        new Secret(path(ref, revision), object, new ReleaseDocument(ref, json))));
  }

  private Outcome<ObjectNode> object(Caller caller, ReleaseRef ref, int revision) {
    return switch (api.get(caller, path(ref, revision))) {
      case Outcome.Success<JsonNode>(JsonNode object) -> Outcome.success((ObjectNode) object);
      case Outcome.Failure<JsonNode>(Reason reason, String message, var _) ->
          Outcome.failure(
              reason,
              reason == Reason.NOT_FOUND
                  ? "release " + ref + ": revision " + revision + " not found"
                  : message);
    };
  }

  private static String path(ReleaseRef ref, int revision) {
    return "api/v1/namespaces/%s/secrets/%s".formatted(ref.namespace(), name(ref, revision));
  }

  /** The name of a record's Secret. */
  static String name(ReleaseRef ref, int revision) {
    return "sh.helm.release.v1." + ref.name() + ".v" + revision;
  }

  private <T> Outcome<T> decode(
      ReleaseRef ref, int revision, ObjectNode object, Function<ObjectNode, T> wanted) {
    try {
      return Outcome.success(codec.read(object.path("data").path("release").asText(), wanted));
    } catch (IOException e) {
      log.warn("The record of release {} revision {} cannot be read", ref, revision, e);
      return Outcome.failure(
          Reason.FAILED_PRECONDITION,
          "release " + ref + ": the record of revision " + revision + " is damaged");
    }
  }

  private static Optional<RevisionState> state(JsonNode secret) {
    JsonNode metadata = secret.path("metadata");
    Map<String, String> labels = new LinkedHashMap<>();
    metadata
        .path("labels")
        .properties()
        .forEach(label -> labels.put(label.getKey(), label.getValue().asText()));
    return state(
        metadata.path("namespace").asText(),
        labels,
        Instant.parse(metadata.path("creationTimestamp").asText()));
  }

  /** What the labels of a record's Secret tell; empty when it is none. */
  static Optional<RevisionState> state(
      String namespace, Map<String, String> labels, Instant created) {
    String version = labels.getOrDefault("version", "");
    return REVISION.matcher(version).matches()
        ? Optional.of(
            new RevisionState(
                new ReleaseRef(namespace, labels.getOrDefault("name", "")),
                Integer.parseInt(version),
                labels.getOrDefault("status", ""),
                created))
        : Optional.empty();
  }

  private record Secret(String path, ObjectNode object, ReleaseDocument document) {}
}
