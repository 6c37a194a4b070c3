package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.release.ChartMetadata;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Revisions as {@link ReleaseRevision#bare} leaves them, as JSON. */
final class RevisionCodec {

  private RevisionCodec() {}

  static ObjectNode write(ReleaseRevision revision) {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("namespace", revision.ref().namespace())
            .put("name", revision.ref().name())
            .put("revision", revision.revision())
            .put("status", revision.status())
            .put("description", revision.description())
            .put("created", revision.created().toString())
            .put("updated", revision.updated().toString())
            .put("chart", revision.chart().name())
            .put("chartVersion", revision.chart().version());
    revision.deleted().ifPresent(deleted -> json.put("deleted", deleted.toString()));
    revision.chart().annotations().forEach(json.putObject("annotations")::put);
    return json;
  }

  static ReleaseRevision read(JsonNode json) {
    Map<String, String> annotations = new LinkedHashMap<>();
    json.path("annotations")
        .properties()
        .forEach(entry -> annotations.put(entry.getKey(), entry.getValue().asText()));
    return new ReleaseRevision(
        new ReleaseRef(json.path("namespace").asText(), json.path("name").asText()),
        json.path("revision").asInt(),
        json.path("status").asText(),
        json.path("description").asText(),
        "",
        Map.of(),
        Instant.parse(json.path("created").asText()),
        Instant.parse(json.path("updated").asText()),
        Optional.of(json.path("deleted"))
            .filter(JsonNode::isTextual)
            .map(JsonNode::asText)
            .map(Instant::parse),
        ChartMetadata.of(
            json.path("chart").asText(), json.path("chartVersion").asText(), annotations));
  }
}
