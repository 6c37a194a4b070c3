package io.helmgate.bench.deployer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.sandbox.process.Cli;
import io.helmgate.sandbox.process.SandboxException;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.Base64;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import java.util.zip.GZIPOutputStream;

/** Many releases at little cost: the record of one that Helm has installed, under other names. */
final class ReleaseCopies {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BATCH = 100;

  private ReleaseCopies() {}

  /**
   * Makes them beside the release that they are copies of.
   *
   * @param filesBytes what the files of the chart have in each record, more than they compress to
   */
  static void make(Cli kubectl, String namespace, String release, int copies, int filesBytes)
      throws IOException {
    String secret = "sh.helm.release.v1.%s.v1".formatted(release);
    JsonNode original =
        JSON.readTree(kubectl.run("get", "secret", secret, "-n", namespace, "-o", "json"));
    ObjectNode record = decode(original.path("data").path("release").asText());
    byte[] files = new byte[filesBytes];
    new SplittableRandom(1).nextBytes(files);
    record
        .withObject("/chart")
        .putArray("files")
        .addObject()
        .put("name", "bulk")
        .put("data", files);
    for (int from = 0; from < copies; from += BATCH) {
      ObjectNode list = JSON.createObjectNode().put("apiVersion", "v1").put("kind", "List");
      for (int i = from; i < Math.min(copies, from + BATCH); i++) {
        list.withArray("/items").add(copy(original, record, namespace, name(release, i)));
      }
      Cli.Result made = kubectl.tryRun(list.toString(), "create", "-f", "-");
      if (made.code() != 0) {
        throw new SandboxException("copies of " + release + ": " + made.err());
      }
    }
  }

  /** What a copy is called. */
  static String name(String release, int copy) {
    return "%s-%04d".formatted(release, copy);
  }

  private static ObjectNode copy(
      JsonNode original, ObjectNode record, String namespace, String name) throws IOException {
    ObjectNode secret =
        JSON.createObjectNode()
            .put("apiVersion", "v1")
            .put("kind", "Secret")
            .put("type", original.path("type").asText());
    ObjectNode metadata = secret.putObject("metadata");
    metadata.put("namespace", namespace).put("name", "sh.helm.release.v1.%s.v1".formatted(name));
    metadata.set("labels", original.path("metadata").path("labels").deepCopy());
    metadata.withObject("/labels").put("name", name);
    secret.putObject("data").put("release", encode(record.deepCopy().put("name", name)));
    return secret;
  }

  private static ObjectNode decode(String data) throws IOException {
    byte[] zipped = Base64.getDecoder().decode(Base64.getDecoder().decode(data));
    try (var json = new GZIPInputStream(new ByteArrayInputStream(zipped))) {
      return (ObjectNode) JSON.readTree(json);
    }
  }

  private static String encode(ObjectNode record) throws IOException {
    var zipped = new ByteArrayOutputStream();
    try (var json = new GZIPOutputStream(zipped)) {
      json.write(JSON.writeValueAsBytes(record));
    }
    Base64.Encoder base64 = Base64.getEncoder();
    return base64.encodeToString(base64.encode(zipped.toByteArray()));
  }
}
