package io.helmgate.kit.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.HashSet;
import java.util.Set;

/** Binds query parameters to the fields that neither path nor body bind. */
final class RestQuery {

  private final RequestTypes types;
  private final JsonMessages messages;

  RestQuery(RequestTypes types, JsonMessages messages) {
    this.types = types;
    this.messages = messages;
  }

  void bind(ObjectNode tree, RestBinding binding, Set<FieldPath> bound, String query)
      throws RefusedException {
    if (binding.body() instanceof RestBinding.Body.Whole) {
      throw RefusedException.malformed("query: not allowed here (the body has all fields)");
    }
    if (query.isEmpty()) {
      return;
    }
    Set<FieldPath> seen = new HashSet<>();
    for (String parameter : query.split("&", -1)) {
      int equals = parameter.indexOf('=');
      if (equals <= 0) {
        throw RefusedException.malformed("query: expected name=value between each &");
      }
      String name = decode(parameter.substring(0, equals));
      FieldPath path =
          FieldPath.find(types, binding.rpc().requestType(), name)
              .filter(found -> isText(found.field()))
              .orElseThrow(() -> RefusedException.malformed("query: unknown parameter " + name));
      if (bound.contains(path) || isInBody(binding, path)) {
        throw RefusedException.malformed("query: %s comes from elsewhere".formatted(path.text()));
      }
      if (!seen.add(path) && !path.field().isRepeated()) {
        throw RefusedException.malformed("query: %s twice (expected: once)".formatted(path.text()));
      }
      set(tree, path, decode(parameter.substring(equals + 1)));
    }
  }

  private void set(ObjectNode tree, FieldPath path, String text) throws RefusedException {
    JsonNode value =
        messages.canonicalText(path.field(), text, JsonPlace.of("query: " + path.text()));
    if (path.field().isRepeated()) {
      path.getOrAddArray(tree).add(value);
    } else {
      path.set(tree, value);
    }
  }

  private static boolean isInBody(RestBinding binding, FieldPath path) {
    return binding.body() instanceof RestBinding.Body.Field(var field) && path.startsWith(field);
  }

  /** Whether a value of the field can be written as plain text. */
  private static boolean isText(FieldDescriptor field) {
    return field.getJavaType() != FieldDescriptor.JavaType.MESSAGE
        || JsonForm.of(field.getMessageType()) == JsonForm.TEXT;
  }

  // As in HTML forms: other servers read a plus sign as a space too.
  private static String decode(String text) throws RefusedException {
    return PercentEncoding.decode("query", text.replace('+', ' '));
  }
}
