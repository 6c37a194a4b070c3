package io.helmgate.extauthz.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.json.StrictJson;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/** Reads bodies as opa-envoy-plugin does: JSON and forms; others stay null. */
final class ParsedBody {

  /** As much as Envoy buffers of a body that is not compressed. */
  private static final int MAX_BYTES = 1 << 20;

  private ParsedBody() {}

  /** The body as a policy sees it; empty when it is not of the form that its type says. */
  static Optional<JsonNode> of(AuthRequest request) {
    byte[] received = request.body().bytes();
    if (received.length == 0 || request.body().truncated()) {
      return Optional.of(NullNode.getInstance());
    }
    return decompressed(request.header("content-encoding").orElse("identity"), received)
        .flatMap(body -> parsed(request, body));
  }

  private static Optional<JsonNode> parsed(AuthRequest request, byte[] body) {
    String type = request.header("content-type").orElse("").toLowerCase(Locale.ROOT);
    String mediaType = type.split(";", 2)[0].strip();
    if (mediaType.equals("application/json") || mediaType.endsWith("+json")) {
      return StrictJson.value(body);
    }
    if (mediaType.equals("application/x-www-form-urlencoded")) {
      return form(new String(body, StandardCharsets.UTF_8));
    }
    return Optional.of(NullNode.getInstance());
  }

  /** The body as its sender meant it; empty when its coding is not known, or it is too large. */
  private static Optional<byte[]> decompressed(String coding, byte[] body) {
    return switch (coding.strip().toLowerCase(Locale.ROOT)) {
      case "identity", "" -> Optional.of(body);
      case "gzip" -> {
        try (var gzip = new GZIPInputStream(new ByteArrayInputStream(body))) {
          byte[] whole = gzip.readNBytes(MAX_BYTES + 1);
          yield whole.length > MAX_BYTES ? Optional.empty() : Optional.of(whole);
        } catch (IOException e) {
          yield Optional.empty();
        }
      }
      default -> Optional.empty();
    };
  }

  private static Optional<JsonNode> form(String text) {
    try {
      ObjectNode form = JsonNodeFactory.instance.objectNode();
      RequestTarget.form(text)
          .forEach(
              (name, values) -> {
                var array = form.putArray(name);
                values.forEach(array::add);
              });
      return Optional.of(form);
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }
}
