package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.release.ChartAnnotations;
import io.helmgate.deployer.release.ChartDependency;
import io.helmgate.deployer.release.ChartMaintainer;
import io.helmgate.deployer.release.ChartMetadata;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.HookRun;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.RevisionState;
import io.helmgate.deployer.release.StoredRevision;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeParseException;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.StreamSupport;
import org.jspecify.annotations.Nullable;

/**
 * Helm's record of one revision (release.Release in Helm's own JSON names). What is not named here
 * stays as it is when the record is written back.
 */
final class ReleaseDocument {
  private static final ObjectMapper MAPPER = ReleaseCodec.mapper();
  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> JSON_OBJECT =
      new TypeReference<>() {};
  private static final String CHART = "chart";
  private static final String MANIFEST = "manifest";
  private static final String NOTES = "notes";
  private static final String LAST_RUN = "last_run";
  private static final String DELETE_POLICIES = "delete_policies";

  private final ReleaseRef ref;
  private final ObjectNode json;

  /**
   * @param ref as the Secret's own namespace and labels say, not its content
   */
  ReleaseDocument(ReleaseRef ref, ObjectNode json) {
    this.ref = ref;
    this.json = json;
  }

  /** What can be told of a revision whose record cannot be read. */
  static ReleaseRevision unreadable(RevisionState state, String why) {
    ObjectNode json = MAPPER.createObjectNode().put("version", state.revision());
    ReleaseDocument document = new ReleaseDocument(state.ref(), json);
    document.status(state.status());
    document.description(why);
    return document.revision();
  }

  ObjectNode json() {
    return json;
  }

  ReleaseRevision revision() {
    JsonNode info = json.path("info");
    Instant created = time(info.path("first_deployed")).orElse(Instant.EPOCH);
    return new ReleaseRevision(
        ref,
        json.path("version").asInt(),
        status(),
        info.path("description").asText(),
        info.path(NOTES).asText(),
        object(json.path("config")),
        created,
        time(info.path("last_deployed")).orElse(created),
        time(info.path("deleted")),
        metadata());
  }

  StoredRevision stored() {
    return new StoredRevision(
        revision(),
        json.path(MANIFEST).asText(),
        list(json.path("hooks"), ReleaseDocument::hook),
        object(json.path(CHART).path("metadata")),
        object(json.path(CHART).path("values")));
  }

  String status() {
    return json.path("info").path("status").asText();
  }

  void status(String status) {
    json.withObject("/info").put("status", status);
  }

  void description(String description) {
    json.withObject("/info").put("description", description);
  }

  /** Whether its chart only stands in for that of another revision. */
  boolean standsInFor(int revision) {
    return Integer.toString(revision)
        .equals(metadata().annotations().get(ChartAnnotations.REPLAY_OF));
  }

  /** Takes over what a replay could not carry. */
  void restoreFrom(ReleaseDocument replayed) {
    List<HookRun> runs =
        stored().hooks().stream().flatMap(hook -> hook.lastRun().stream()).toList();
    for (String field : List.of(CHART, "hooks", MANIFEST)) {
      if (replayed.json.has(field)) {
        json.set(field, replayed.json.get(field).deepCopy());
      } else {
        json.remove(field);
      }
    }
    runs.forEach(this::ran);
    JsonNode notes = replayed.json.path("info").path(NOTES);
    ObjectNode info = json.withObject("/info");
    if (notes.isTextual()) {
      info.set(NOTES, notes);
    } else {
      info.remove(NOTES);
    }
  }

  /** Takes templates and files of a chart over. */
  void takeFiles(ChartRecord chart) {
    ObjectNode own = json.withObject("/chart");
    own.set("templates", chart.templates());
    own.set("files", chart.files());
  }

  private ChartMetadata metadata() {
    JsonNode metadata = json.path(CHART).path("metadata");
    Map<String, String> annotations = new LinkedHashMap<>();
    metadata
        .path("annotations")
        .properties()
        .forEach(entry -> annotations.put(entry.getKey(), entry.getValue().asText()));
    return new ChartMetadata(
        metadata.path("name").asText(),
        metadata.path("version").asText(),
        metadata.path("home").asText(),
        metadata.path("description").asText(),
        list(metadata.path("sources"), JsonNode::asText),
        list(metadata.path("keywords"), JsonNode::asText),
        metadata.path("icon").asText(),
        metadata.path("deprecated").asBoolean(),
        list(
            metadata.path("dependencies"),
            node ->
                new ChartDependency(
                    node.path("name").asText(),
                    node.path("version").asText(),
                    node.path("repository").asText())),
        list(
            metadata.path("maintainers"),
            node -> new ChartMaintainer(node.path("name").asText(), node.path("email").asText())),
        annotations);
  }

  private static HelmHook hook(JsonNode node) {
    return new HelmHook(
        node.path("name").asText(),
        node.path("kind").asText(),
        node.path(MANIFEST).asText(),
        list(node.path("events"), JsonNode::asText),
        node.path("weight").asInt(),
        list(node.path(DELETE_POLICIES), JsonNode::asText),
        lastRun(node));
  }

  private static Optional<HookRun> lastRun(JsonNode hook) {
    JsonNode run = hook.path(LAST_RUN);
    return time(run.path("started_at"))
        .map(
            started ->
                new HookRun(
                    hook.path("kind").asText(),
                    hook.path("name").asText(),
                    run.path("phase").asText(),
                    started,
                    time(run.path("completed_at"))));
  }

  /** Writes down how a hook ran. */
  void ran(HookRun run) {
    for (JsonNode hook : json.path("hooks")) {
      if (hook.path("kind").asText().equals(run.kind())
          && hook.path("name").asText().equals(run.name())) {
        ObjectNode lastRun = ((ObjectNode) hook).putObject(LAST_RUN);
        lastRun.put("started_at", run.started().toString());
        run.completed().ifPresent(end -> lastRun.put("completed_at", end.toString()));
        lastRun.put("phase", run.phase());
        if (hook.path(DELETE_POLICIES).isEmpty()) {
          // Helm's default, which it writes down with the run.
          ((ObjectNode) hook).putArray(DELETE_POLICIES).add("before-hook-creation");
        }
      }
    }
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> element) {
    return StreamSupport.stream(array.spliterator(), false).map(element).toList();
  }

  private static Map<String, @Nullable Object> object(JsonNode node) {
    return node.isObject() ? MAPPER.convertValue(node, JSON_OBJECT) : Map.of();
  }

  /** Helm writes RFC 3339, and an empty text or the year 1 for none. */
  private static Optional<Instant> time(JsonNode node) {
    String text = node.asText();
    if (text.isEmpty() || text.startsWith("0001-")) {
      return Optional.empty();
    }
    try {
      return Optional.of(OffsetDateTime.parse(text).toInstant());
    } catch (DateTimeParseException e) {
      return Optional.empty();
    }
  }
}
