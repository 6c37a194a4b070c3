package io.helmgate.extauthz.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.input.InputDocument;
import io.helmgate.extauthz.profile.Trail;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
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

  private static final JsonFactory JSON = new ObjectMapper().getFactory();
  private static final int USUAL_BYTES = 4096;
  private static final String DATA = "data.";
  private static final byte[] LINE_BEGIN =
      "{\"type\":\"openpolicyagent.org/decision_logs\",\"msg\":\"Decision Log\",\"level\":\"info\","
          .getBytes(StandardCharsets.UTF_8);

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

  /** A record as a line of a log; uploads go without what is added here. */
  static byte[] line(byte[] record) {
    byte[] line = new byte[LINE_BEGIN.length + record.length];
    System.arraycopy(LINE_BEGIN, 0, line, 0, LINE_BEGIN.length);
    // The record's own opening brace gives way.
    System.arraycopy(record, 1, line, LINE_BEGIN.length, record.length - 1);
    line[line.length - 1] = '\n';
    return line;
  }

  /** The records of a decision, masked; each a JSON object in UTF-8. */
  List<byte[]> records(Trail trail) {
    if (trail.evaluations().isEmpty()) {
      return List.of(record(trail, new Entry(new RefusedRequest(trail.request()), "", false)));
    }
    String path = trail.query().replaceFirst("^" + DATA, "").replace('.', '/');
    return trail.evaluations().stream()
        .map(asked -> record(trail, new Entry(asked.document(), path, asked.allowed())))
        .toList();
  }

  /**
   * What one record is about.
   *
   * @param input what a policy was asked, or would have been
   * @param path the rule that was asked; empty when none was
   * @param allowed what it said
   */
  private record Entry(InputDocument input, String path, boolean allowed) {}

  private byte[] record(Trail trail, Entry entry) {
    byte[] masked = written(trail, entry, json -> RecordMask.copy(entry.input(), json));
    return mask.map(
            policy -> policy.apply(masked, written(trail, entry, json -> whole(entry, json))))
        .orElse(masked);
  }

  private static RecordMask.Taken whole(Entry entry, JsonGenerator json) throws IOException {
    json.writeRawValue(new String(entry.input().json(Selection.all()), StandardCharsets.UTF_8));
    return new RecordMask.Taken(List.of(), List.of());
  }

  /** Writes the input of a record. */
  private interface Copy {
    RecordMask.Taken into(JsonGenerator json) throws IOException;
  }

  private byte[] written(Trail trail, Entry entry, Copy input) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
    try (JsonGenerator json = JSON.createGenerator(bytes)) {
      json.writeStartObject();
      begin(json, trail);
      if (!entry.path().isEmpty()) {
        bundles(json, trail);
        json.writeStringField("path", entry.path());
      }
      json.writeFieldName("input");
      RecordMask.Taken taken = input.into(json);
      json.writeBooleanField("result", entry.allowed());
      metrics(json, trail);
      custom(json, trail);
      paths(json, "masked", taken.masked());
      paths(json, "erased", taken.erased());
      json.writeEndObject();
    } catch (IOException e) {
      throw new UncheckedIOException("a record could not be written to memory", e);
    }
    return bytes.toByteArray();
  }

  private void begin(JsonGenerator json, Trail trail) throws IOException {
    json.writeStringField("decision_id", trail.id());
    json.writeStringField("timestamp", trail.at().toString());
    json.writeObjectFieldStart("labels");
    for (Map.Entry<String, String> label : labels.entrySet()) {
      json.writeStringField(label.getKey(), label.getValue());
    }
    json.writeEndObject();
    json.writeStringField("requested_by", trail.request().source().address());
  }

  /** Where nothing is bundled, the profile's policy stands for a bundle. */
  private static void bundles(JsonGenerator json, Trail trail) throws IOException {
    if (!trail.revision().isEmpty()) {
      json.writeObjectFieldStart("bundles");
      json.writeObjectFieldStart(trail.bundle().isEmpty() ? trail.profile() : trail.bundle());
      json.writeStringField("revision", trail.revision());
      json.writeEndObject();
      json.writeEndObject();
    }
  }

  private static void metrics(JsonGenerator json, Trail trail) throws IOException {
    json.writeObjectFieldStart("metrics");
    json.writeNumberField("timer_server_handler_ns", trail.total().toNanos());
    for (Map.Entry<Trail.Stage, Duration> time : trail.times().entrySet()) {
      String stage = time.getKey().name().toLowerCase(Locale.ROOT);
      json.writeNumberField("timer_" + stage + "_ns", time.getValue().toNanos());
    }
    json.writeEndObject();
  }

  private static void custom(JsonGenerator json, Trail trail) throws IOException {
    Outcome outcome = Outcome.of(trail.decision());
    json.writeObjectFieldStart("custom");
    json.writeStringField("outcome", outcome.kind());
    json.writeStringField("reason", outcome.reason());
    json.writeNumberField("http_status", outcome.httpStatus());
    json.writeStringField("profile", trail.profile());
    json.writeStringField("request_id", trail.request().id());
    if (trail.subject().isPresent()) {
      json.writeStringField("subject", trail.subject().get());
    }
    if (!trail.detail().isEmpty()) {
      json.writeStringField("detail", trail.detail());
    }
    json.writeEndObject();
  }

  private static void paths(JsonGenerator json, String list, List<String> paths)
      throws IOException {
    if (!paths.isEmpty()) {
      json.writeArrayFieldStart(list);
      for (String path : paths) {
        json.writeString(path);
      }
      json.writeEndArray();
    }
  }

  /** The little that is recorded of a request which reached no policy. */
  private record RefusedRequest(AuthRequest request) implements InputDocument {

    @Override
    public byte[] json(Selection wanted) {
      ByteArrayOutputStream bytes = new ByteArrayOutputStream(USUAL_BYTES);
      try (JsonGenerator json = JSON.createGenerator(bytes)) {
        json.writeStartObject();
        json.writeObjectFieldStart("attributes");
        json.writeObjectFieldStart("request");
        json.writeObjectFieldStart("http");
        json.writeStringField("method", request.line().method());
        json.writeStringField("host", request.line().host());
        json.writeStringField("path", request.line().path());
      } catch (IOException e) {
        throw new UncheckedIOException("writing to memory failed", e);
      }
      return bytes.toByteArray();
    }

    @Override
    public boolean call() {
      return false;
    }

    @Override
    public long weight() {
      return 0;
    }
  }
}
