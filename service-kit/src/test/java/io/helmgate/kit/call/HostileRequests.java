package io.helmgate.kit.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.protobuf.ByteString;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.StreamSupport;
import java.util.zip.GZIPOutputStream;

/**
 * The table {@code helmgate/hostile-requests.yaml}: for tests of the decoder, of the services, and
 * of all of them behind Envoy.
 */
public final class HostileRequests {

  /**
   * A row of the table.
   *
   * @param name what the request tries
   * @param request the request
   * @param refused the expected refusal; empty if calls are expected
   * @param calls the expected calls
   */
  public record Row(
      String name, HttpCallRequest request, Optional<Refusal> refused, List<ExpectedCall> calls) {
    @Override
    public String toString() {
      return name;
    }
  }

  /**
   * An expected call.
   *
   * @param method as in {@link Call#method()}
   * @param request proto JSON as in {@link CallJson#request}
   */
  public record ExpectedCall(String method, JsonNode request) {}

  private static final String TABLE = "/helmgate/hostile-requests.yaml";
  private static final ObjectMapper YAML = new YAMLMapper();

  private HostileRequests() {}

  public static List<Row> load() {
    try (InputStream in =
        Objects.requireNonNull(HostileRequests.class.getResourceAsStream(TABLE), TABLE)) {
      List<Row> rows = new ArrayList<>();
      for (JsonNode row : YAML.readTree(in)) {
        rows.add(row(row));
      }
      return rows;
    } catch (IOException e) {
      throw new UncheckedIOException(TABLE, e);
    }
  }

  private static Row row(JsonNode row) throws IOException {
    Map<String, List<String>> headers = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> header : row.path("headers").properties()) {
      headers.put(header.getKey(), strings(header.getValue()));
    }
    HttpCallRequest request =
        new HttpCallRequest(
            row.path("method").asText("POST"),
            row.required("path").asText(),
            headers,
            ByteString.copyFrom(body(row)));
    List<ExpectedCall> calls =
        StreamSupport.stream(row.path("calls").spliterator(), false)
            .map(HostileRequests::call)
            .toList();
    Optional<Refusal> refused =
        row.hasNonNull("refused")
            ? Optional.of(Refusal.valueOf(row.get("refused").asText()))
            : Optional.empty();
    if (refused.isPresent() != calls.isEmpty()) {
      throw new IllegalArgumentException(row.path("name") + ": either refused or calls");
    }
    return new Row(row.required("name").asText(), request, refused, calls);
  }

  private static ExpectedCall call(JsonNode call) {
    String method = call.required("method").asText();
    return new ExpectedCall(
        method.contains("/") ? method : "/helmgate.HelmProxyService/" + method,
        call.required("request"));
  }

  private static List<String> strings(JsonNode node) {
    return node.isArray()
        ? StreamSupport.stream(node.spliterator(), false).map(JsonNode::asText).toList()
        : List.of(node.asText());
  }

  private static byte[] body(JsonNode row) throws IOException {
    byte[] body =
        row.has("body_hex")
            ? hex(row.get("body_hex").asText())
            : row.path("body").asText("").getBytes(StandardCharsets.UTF_8);
    if (row.path("gzip").asBoolean()) {
      body = gzip(body);
    }
    if (row.has("frame")) {
      body = frame(row.get("frame").asInt(), body);
    }
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(body, 0, body.length - row.path("cut").asInt(0));
    out.writeBytes(hex(row.path("append_hex").asText("")));
    return out.toByteArray();
  }

  static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(out)) {
      gzip.write(bytes);
    }
    return out.toByteArray();
  }

  static byte[] frame(int flags, byte[] message) {
    return ByteBuffer.allocate(5 + message.length)
        .put((byte) flags)
        .putInt(message.length)
        .put(message)
        .array();
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }
}
