package io.helmgate.extauthz.input;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Optional;

/** Reads bodies as opa-envoy-plugin does: JSON and forms; others stay null. */
final class ParsedBody {

  private ParsedBody() {}

  /** The body as a policy sees it; empty when it is not of the form that its type says. */
  static Optional<JsonNode> of(AuthRequest request) {
    byte[] body = request.body().bytes();
    if (body.length == 0 || request.body().truncated()) {
      return Optional.of(NullNode.getInstance());
    }
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
