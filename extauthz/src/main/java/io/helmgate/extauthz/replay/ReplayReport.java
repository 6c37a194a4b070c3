package io.helmgate.extauthz.replay;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.BufferedInputStream;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.zip.GZIPInputStream;

/**
 * Reads logs and tells what would change. A log holds a record or, as uploaded, an array of records
 * in each line; it may be compressed by gzip. Other lines, such as those of the service itself, are
 * counted.
 */
public final class ReplayReport {

  private static final int GZIP_MAGIC_1 = 0x1f;
  private static final int GZIP_MAGIC_2 = 0x8b;

  private final ObjectMapper json = new JsonMapper();
  private final Replay replay;
  private final ObjectNode report = json.createObjectNode();
  private final Map<String, Integer> changes = new TreeMap<>();
  private final Map<String, Integer> reasons = new TreeMap<>();
  private int same;
  private int changed;
  private int notReplayable;
  private int withoutPolicy;
  private int otherLines;

  public ReplayReport(Replay replay) {
    this.replay = replay;
    report.putArray("changes");
  }

  /** Replays a file. */
  public void read(Path file) throws IOException {
    try (InputStream bytes = new BufferedInputStream(Files.newInputStream(file));
        BufferedReader lines =
            new BufferedReader(
                new InputStreamReader(uncompressed(bytes), StandardCharsets.UTF_8))) {
      int number = 0;
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        line(++number, line);
      }
    }
  }

  private static InputStream uncompressed(InputStream bytes) throws IOException {
    bytes.mark(2);
    boolean gzip = bytes.read() == GZIP_MAGIC_1 && bytes.read() == GZIP_MAGIC_2;
    bytes.reset();
    return gzip ? new GZIPInputStream(bytes) : bytes;
  }

  private void line(int number, String line) {
    try {
      JsonNode value = json.readTree(line);
      if (value.isArray()) {
        value.forEach(record -> record(number, record));
      } else {
        record(number, value);
      }
    } catch (JsonProcessingException e) {
      otherLines++;
    }
  }

  private void record(int number, JsonNode record) {
    if (!Replay.isRecord(record)) {
      otherLines++;
      return;
    }
    switch (replay.of(record)) {
      case Replayed.Compared compared when compared.changed() -> changed(number, record, compared);
      case Replayed.Compared _ -> same++;
      case Replayed.NotReplayable(String reason) -> {
        notReplayable++;
        reasons.merge(reason, 1, Integer::sum);
      }
      case Replayed.WithoutPolicy() -> withoutPolicy++;
    }
  }

  private void changed(int number, JsonNode record, Replayed.Compared compared) {
    changed++;
    changes.merge(compared.before() + " -> " + compared.after(), 1, Integer::sum);
    JsonNode http = record.at("/input/attributes/request/http");
    report
        .withArrayProperty("changes")
        .addObject()
        .put("line", number)
        .put("decision_id", record.path("decision_id").asText())
        .put("profile", record.at("/custom/profile").asText())
        .put("subject", record.at("/custom/subject").asText())
        .put("request", http.path("method").asText() + " " + http.path("path").asText())
        .put("before", compared.before())
        .put("after", compared.after())
        .put("why", compared.why());
  }

  /** How many verdicts would be others. */
  public int changed() {
    return changed;
  }

  /** Everything as JSON. */
  public ObjectNode json() {
    ObjectNode counts = report.putObject("counts");
    counts.put("same", same).put("changed", changed);
    ObjectNode kinds = counts.putObject("changed_by_kind");
    changes.forEach(kinds::put);
    counts.put("not_replayable", notReplayable);
    ObjectNode why = counts.putObject("not_replayable_by_reason");
    reasons.forEach(why::put);
    counts.put("without_policy", withoutPolicy).put("other_lines", otherLines);
    return report;
  }

  /** Everything as text. */
  public String text() {
    StringBuilder text = new StringBuilder();
    for (JsonNode change : report.path("changes")) {
      text.append("line ").append(change.path("line").asText());
      text.append(": ").append(change.path("before").asText());
      text.append(" -> ").append(change.path("after").asText());
      text.append("  ").append(change.path("request").asText());
      text.append("  ").append(change.path("subject").asText());
      text.append("  (profile ").append(change.path("profile").asText());
      text.append(", decision ").append(change.path("decision_id").asText()).append(')');
      if (!change.path("why").asText().isEmpty()) {
        text.append("  ").append(change.path("why").asText());
      }
      text.append('\n');
    }
    text.append("same ").append(same).append('\n');
    text.append("changed ").append(changed).append('\n');
    changes.forEach(
        (kind, count) -> text.append("  ").append(kind).append(": ").append(count).append('\n'));
    text.append("not replayable ").append(notReplayable).append('\n');
    reasons.forEach(
        (reason, count) ->
            text.append("  ").append(reason).append(": ").append(count).append('\n'));
    text.append("decided without a policy ").append(withoutPolicy).append('\n');
    text.append("other lines ").append(otherLines).append('\n');
    return text.toString();
  }
}
