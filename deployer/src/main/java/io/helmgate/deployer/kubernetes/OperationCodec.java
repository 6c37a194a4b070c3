package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.deployer.operation.Action;
import io.helmgate.deployer.operation.Ending;
import io.helmgate.deployer.operation.Event;
import io.helmgate.deployer.operation.Operation;
import io.helmgate.deployer.operation.OperationName;
import io.helmgate.deployer.operation.Revisions;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Violation;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.function.Function;
import java.util.stream.StreamSupport;

/** Operations as JSON. Replicas of two versions may read each other's, so names stay. */
final class OperationCodec {

  private OperationCodec() {}

  static ObjectNode write(Operation operation) {
    var json = JsonNodeFactory.instance.objectNode();
    json.put("namespace", operation.name().release().namespace())
        .put("release", operation.name().release().name())
        .put("id", operation.name().id())
        .put("action", operation.action().name())
        .put("requestDigest", operation.requestDigest())
        .put("owner", operation.owner())
        .put("chart", operation.chart())
        .put("chartVersion", operation.chartVersion())
        .put("chartDigest", operation.chartDigest())
        .put("valuesDigest", operation.valuesDigest())
        .put("phase", operation.phase().name())
        .put("revision", operation.revision())
        .put("cancelRequested", operation.cancelRequested())
        .put("created", operation.created().toString())
        .put("updated", operation.updated().toString());
    operation.revisions().before().ifPresent(before -> json.put("revisionBefore", before));
    operation.revisions().written().ifPresent(written -> json.put("revisionWritten", written));
    var caller = json.putObject("caller");
    caller
        .put("user", operation.caller().user())
        .put("decisionId", operation.caller().decisionId());
    operation.caller().groups().forEach(caller.putArray("groups")::add);
    var events = json.putArray("events");
    operation.events().forEach(event -> events.add(write(event)));
    var objects = json.putArray("objects");
    operation.objects().forEach(object -> objects.add(write(object)));
    operation.warnings().forEach(json.putArray("warnings")::add);
    operation.ending().ifPresent(ending -> json.set("ending", write(ending)));
    return json;
  }

  private static ObjectNode write(Event event) {
    var json =
        JsonNodeFactory.instance
            .objectNode()
            .put("sequence", event.sequence())
            .put("time", event.time().toString())
            .put("phase", event.phase().name());
    event.object().ifPresent(object -> json.set("object", write(object)));
    return json;
  }

  private static ObjectNode write(ObjectStatus object) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("apiVersion", object.apiVersion())
        .put("kind", object.kind())
        .put("namespace", object.namespace())
        .put("name", object.name())
        .put("ready", object.ready())
        .put("missing", object.missing());
  }

  private static ObjectNode write(Ending ending) {
    var json = JsonNodeFactory.instance.objectNode();
    return switch (ending) {
      case Ending.Succeeded(var release) -> {
        release.ifPresent(revision -> json.set("release", RevisionCodec.write(revision)));
        yield json;
      }
      case Ending.Failed(Reason reason, String message, var violations) -> {
        json.put("reason", reason.name()).put("message", message);
        var broken = json.putArray("violations");
        violations.forEach(
            violation ->
                broken
                    .addObject()
                    .put("field", violation.field())
                    .put("description", violation.description()));
        yield json;
      }
    };
  }

  /** Throws IllegalArgumentException when it is none. */
  static Operation read(JsonNode json) {
    var caller = json.path("caller");
    return new Operation(
        new OperationName(
            new ReleaseRef(text(json, "namespace"), text(json, "release")), text(json, "id")),
        Action.valueOf(text(json, "action")),
        new Caller(
            text(caller, "user"),
            list(caller.path("groups"), JsonNode::asText),
            text(caller, "decisionId")),
        text(json, "requestDigest"),
        text(json, "owner"),
        text(json, "chart"),
        text(json, "chartVersion"),
        text(json, "chartDigest"),
        text(json, "valuesDigest"),
        Phase.valueOf(text(json, "phase")),
        new Revisions(
            number(json, "revisionBefore"),
            json.path("revision").asInt(),
            number(json, "revisionWritten")),
        json.path("cancelRequested").asBoolean(),
        Instant.parse(text(json, "created")),
        Instant.parse(text(json, "updated")),
        list(json.path("events"), OperationCodec::event),
        list(json.path("objects"), OperationCodec::object),
        list(json.path("warnings"), JsonNode::asText),
        Optional.of(json.path("ending")).filter(JsonNode::isObject).map(OperationCodec::ending));
  }

  private static Event event(JsonNode json) {
    return new Event(
        json.path("sequence").asInt(),
        Instant.parse(text(json, "time")),
        Phase.valueOf(text(json, "phase")),
        Optional.of(json.path("object")).filter(JsonNode::isObject).map(OperationCodec::object));
  }

  private static ObjectStatus object(JsonNode json) {
    return new ObjectStatus(
        text(json, "apiVersion"),
        text(json, "kind"),
        text(json, "namespace"),
        text(json, "name"),
        json.path("ready").asBoolean(),
        text(json, "missing"));
  }

  private static Ending ending(JsonNode json) {
    return json.has("reason")
        ? new Ending.Failed(
            Reason.valueOf(text(json, "reason")),
            text(json, "message"),
            list(
                json.path("violations"),
                each -> new Violation(text(each, "field"), text(each, "description"))))
        : new Ending.Succeeded(
            Optional.of(json.path("release")).filter(JsonNode::isObject).map(RevisionCodec::read));
  }

  private static OptionalInt number(JsonNode json, String field) {
    return json.has(field) ? OptionalInt.of(json.path(field).asInt()) : OptionalInt.empty();
  }

  private static String text(JsonNode json, String field) {
    return json.path(field).asText();
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> element) {
    return StreamSupport.stream(array.spliterator(), false).map(element).toList();
  }
}
