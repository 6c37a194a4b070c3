package io.helmgate.kit.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import java.net.http.HttpClient.Version;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Pattern;

/**
 * Calls {@code helmgate.deployer.v1} by one transport, each call authorised as the port wants it.
 */
public interface V1Client {

  /** Makes a call that answers once. */
  Result call(String rpc, Message request);

  /** Reads a stream until it ends, or a function says so of an event. */
  List<JsonNode> stream(String rpc, Message request, Function<JsonNode, Boolean> enough);

  /**
   * An answer.
   *
   * @param body in proto field names, without type URLs and empty fields; the same on all
   *     transports
   * @param fields those at fault
   */
  record Result(Code code, String message, List<String> fields, JsonNode body) {
    public JsonNode ok() {
      if (code != Code.OK) {
        throw new AssertionError(code + " " + message);
      }
      return body;
    }

    public String text(String pointer) {
      return ok().at(pointer).asText();
    }
  }

  /** One for each transport. */
  static List<V1Client> all(V1Port port) {
    return List.of(
        new V1Grpc(port),
        new V1Rest(new V1Http(port, Version.HTTP_2)),
        new V1Graphql(new V1Http(port, Version.HTTP_1_1)));
  }

  ObjectMapper JSON = new ObjectMapper();
  Pattern HUMP = Pattern.compile("([a-z0-9])([A-Z])");

  /** A body as the same on all transports. */
  static JsonNode plain(JsonNode node) {
    return switch (node) {
      case ObjectNode object -> {
        var plain = JSON.createObjectNode();
        object
            .properties()
            .forEach(
                field -> {
                  var value = plain(field.getValue());
                  boolean empty =
                      value.isNull()
                          || (value.asText().isEmpty() && value.isValueNode())
                          || (value.isBoolean() && !value.asBoolean())
                          || (value.isInt() && value.asInt() == 0)
                          || (value.isContainerNode() && value.isEmpty());
                  if (!empty && !field.getKey().equals("@type")) {
                    plain.set(
                        HUMP.matcher(field.getKey())
                            .replaceAll(hump -> hump.group(1) + "_" + hump.group(2))
                            .toLowerCase(java.util.Locale.ROOT),
                        value);
                  }
                });
        yield plain;
      }
      case ArrayNode array -> {
        var plain = JSON.createArrayNode();
        array.forEach(element -> plain.add(plain(element)));
        yield plain;
      }
      default -> node;
    };
  }

  static Result of(Failure failure) {
    return new Result(failure.code(), failure.message(), failure.fields(), JSON.missingNode());
  }

  static Optional<String> after(String line, String prefix) {
    return line.startsWith(prefix)
        ? Optional.of(line.substring(prefix.length()).strip())
        : Optional.empty();
  }
}
