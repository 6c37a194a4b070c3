package io.helmgate.extauthz.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.profile.Trail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/**
 * Writes decisions as lines of OPA's decision log: one for each evaluation of a policy, or one when
 * there was none. What OPA has no field for stands under {@code custom}.
 */
final class RecordFormat {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String DATA = "data.";

  private final Map<String, String> labels;

  /** Makes the format; the labels name this process. */
  RecordFormat(Map<String, String> labels) {
    this.labels = Map.copyOf(labels);
  }

  /** The lines for a decision, without line ends. */
  List<String> lines(Trail trail) {
    List<String> lines = new ArrayList<>();
    if (trail.evaluations().isEmpty()) {
      ObjectNode line = begin(trail);
      line.set("input", request(trail.request()));
      end(line, trail, false);
      lines.add(line.toString());
    }
    for (Trail.Evaluation evaluation : trail.evaluations()) {
      ObjectNode line = begin(trail);
      line.put("path", trail.query().replaceFirst("^" + DATA, "").replace('.', '/'));
      line.put("revision", trail.revision());
      input(line, evaluation.input());
      end(line, trail, evaluation.allowed());
      lines.add(line.toString());
    }
    return lines;
  }

  private ObjectNode begin(Trail trail) {
    ObjectNode line = MAPPER.createObjectNode();
    line.put("type", "openpolicyagent.org/decision_logs");
    line.put("msg", "Decision Log");
    line.put("level", "info");
    line.put("timestamp", trail.at().toString());
    line.put("decision_id", trail.id());
    ObjectNode names = line.putObject("labels");
    labels.forEach(names::put);
    line.put("requested_by", trail.request().source().address());
    return line;
  }

  private static ObjectNode request(AuthRequest request) {
    ObjectNode input = MAPPER.createObjectNode();
    input
        .putObject("attributes")
        .putObject("request")
        .putObject("http")
        .put("method", request.line().method())
        .put("host", request.line().host())
        .put("path", RecordMask.target(request.line().path()));
    return input;
  }

  private static void input(ObjectNode line, byte[] json) {
    try {
      JsonNode input = MAPPER.readTree(json);
      if (input instanceof ObjectNode object) {
        RecordMask.Taken taken = RecordMask.apply(object);
        list(line, "masked", taken.masked());
        list(line, "erased", taken.erased());
      }
      line.set("input", input);
    } catch (IOException e) {
      list(line, "erased", List.of("/input"));
    }
  }

  private static void list(ObjectNode line, String name, List<String> values) {
    if (!values.isEmpty()) {
      ArrayNode array = line.putArray(name);
      values.forEach(array::add);
    }
  }

  private static void end(ObjectNode line, Trail trail, boolean allowed) {
    line.put("result", allowed);
    ObjectNode metrics = line.putObject("metrics");
    metrics.put("timer_server_handler_ns", trail.total().toNanos());
    trail
        .times()
        .forEach(
            (stage, time) ->
                metrics.put(
                    "timer_" + stage.name().toLowerCase(Locale.ROOT) + "_ns", time.toNanos()));
    Outcome outcome = Outcome.of(trail.decision());
    ObjectNode custom =
        line.putObject("custom")
            .put("outcome", outcome.kind())
            .put("reason", outcome.reason())
            .put("http_status", outcome.httpStatus())
            .put("profile", trail.profile())
            .put("request_id", trail.request().id());
    trail.subject().ifPresent(subject -> custom.put("subject", subject));
    if (!trail.detail().isEmpty()) {
      custom.put("detail", trail.detail());
    }
  }
}
