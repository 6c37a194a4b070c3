package io.helmgate.extauthz.record;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.profile.Trail;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * Writes decisions as records of OPA's decision log: one for each evaluation of a policy, or one
 * when there was none. What OPA has no field for stands under {@code custom}.
 */
final class RecordFormat {

  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String DATA = "data.";

  private final Map<String, String> labels;
  private final Optional<RegoMask> mask;

  /**
   * Makes the format.
   *
   * @param labels name this process
   * @param mask takes out more than is taken out always
   */
  RecordFormat(Map<String, String> labels, Optional<RegoMask> mask) {
    this.labels = new TreeMap<>(labels);
    this.mask = mask;
  }

  /** How many records a decision has. */
  static int count(Trail trail) {
    return Math.max(1, trail.evaluations().size());
  }

  /** A record as a line of a log, without line end; uploads go without what is added here. */
  static String line(ObjectNode record) {
    ObjectNode line = MAPPER.createObjectNode();
    line.put("type", "openpolicyagent.org/decision_logs");
    line.put("msg", "Decision Log");
    line.put("level", "info");
    line.setAll(record);
    return line.toString();
  }

  /** The records of a decision, masked. */
  List<ObjectNode> records(Trail trail) {
    List<ObjectNode> records = new ArrayList<>();
    if (trail.evaluations().isEmpty()) {
      ObjectNode record = begin(trail);
      record.set("input", request(trail.request()));
      end(record, trail, false);
      masked(record);
      records.add(record);
    }
    for (Trail.Evaluation evaluation : trail.evaluations()) {
      ObjectNode record = begin(trail);
      bundles(record, trail);
      record.put("path", trail.query().replaceFirst("^" + DATA, "").replace('.', '/'));
      input(record, evaluation.input());
      end(record, trail, evaluation.allowed());
      masked(record);
      records.add(record);
    }
    return records;
  }

  private void masked(ObjectNode record) {
    Optional<ObjectNode> whole = mask.map(policy -> record.deepCopy());
    if (record.get("input") instanceof ObjectNode input) {
      RecordMask.Taken taken = RecordMask.apply(input);
      taken.masked().forEach(path -> note(record, "masked", path));
      taken.erased().forEach(path -> note(record, "erased", path));
    }
    mask.ifPresent(policy -> whole.ifPresent(copy -> policy.apply(record, copy)));
  }

  /** Adds to a list of what was taken out. */
  static void note(ObjectNode record, String list, String path) {
    record.withArrayProperty(list).add(path);
  }

  /** Where nothing is bundled, the profile's policy stands for a bundle. */
  private static void bundles(ObjectNode record, Trail trail) {
    if (!trail.revision().isEmpty()) {
      String name = trail.bundle().isEmpty() ? trail.profile() : trail.bundle();
      record.putObject("bundles").putObject(name).put("revision", trail.revision());
    }
  }

  private ObjectNode begin(Trail trail) {
    ObjectNode record = MAPPER.createObjectNode();
    record.put("decision_id", trail.id());
    record.put("timestamp", trail.at().toString());
    ObjectNode names = record.putObject("labels");
    labels.forEach(names::put);
    record.put("requested_by", trail.request().source().address());
    return record;
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

  private static void input(ObjectNode record, byte[] json) {
    try {
      record.set("input", MAPPER.readTree(json));
    } catch (IOException e) {
      note(record, "erased", "/input");
    }
  }

  private static void end(ObjectNode record, Trail trail, boolean allowed) {
    record.put("result", allowed);
    ObjectNode metrics = record.putObject("metrics");
    metrics.put("timer_server_handler_ns", trail.total().toNanos());
    trail
        .times()
        .forEach(
            (stage, time) ->
                metrics.put(
                    "timer_" + stage.name().toLowerCase(Locale.ROOT) + "_ns", time.toNanos()));
    Outcome outcome = Outcome.of(trail.decision());
    ObjectNode custom =
        record
            .putObject("custom")
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
