package io.helmgate.kit.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import java.util.Map;
import java.util.Optional;

/** Decodes REST requests by their route ({@code google.api.http}). */
final class RestRequests {

  private final JsonMessages messages;
  private final JsonBody json;
  private final RestQuery queries;

  RestRequests(RequestTypes types, JsonMessages messages, JsonBody json) {
    this.messages = messages;
    this.json = json;
    this.queries = new RestQuery(types, messages);
  }

  Decoding.Decoded decode(RestRoutes.Match match, RequestTarget target, HttpCallRequest request)
      throws RefusedException {
    RestBinding binding = match.binding();
    ObjectNode tree = body(binding, request);
    Map<FieldPath, String> variables = binding.bind(match.segments());
    for (Map.Entry<FieldPath, String> variable : variables.entrySet()) {
      bind(tree, variable.getKey(), variable.getValue());
    }
    if (target.query().isPresent()) {
      queries.bind(tree, binding, variables.keySet(), target.query().get());
    }
    Message message = messages.message(binding.rpc().prototype(), tree);
    return new Decoding.Decoded(Transport.REST, binding.rpc().call(message));
  }

  private ObjectNode body(RestBinding binding, HttpCallRequest request) throws RefusedException {
    ObjectNode empty = JsonNodeFactory.instance.objectNode();
    return switch (binding.body()) {
      case RestBinding.Body.None() -> {
        json.requireNone(request);
        yield empty;
      }
      case RestBinding.Body.Whole() -> {
        Optional<JsonNode> body = json.read(request);
        yield body.isEmpty()
            ? empty
            : messages.canonical(binding.rpc().requestType(), body.get(), JsonPlace.of("body"));
      }
      case RestBinding.Body.Field(var field) -> {
        Optional<JsonNode> body = json.read(request);
        if (body.isPresent()) {
          ObjectNode value =
              messages.canonical(field.getMessageType(), body.get(), JsonPlace.of("body"));
          empty.set(field.getJsonName(), value);
        }
        yield empty;
      }
    };
  }

  private void bind(ObjectNode tree, FieldPath path, String text) throws RefusedException {
    JsonNode value = messages.canonicalText(path.field(), text, JsonPlace.of(path.text()));
    Optional<JsonNode> given = path.get(tree);
    if (given.isPresent() && !given.get().equals(value)) {
      throw RefusedException.malformed(
          "body.%s: another value than in the path (expected: the same or none)"
              .formatted(path.text()));
    }
    path.set(tree, value);
  }
}
