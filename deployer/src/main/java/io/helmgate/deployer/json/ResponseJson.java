package io.helmgate.deployer.json;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.LongNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Empty;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TypeRegistry;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.BadRequest;
import com.google.rpc.ErrorInfo;
import io.helmgate.proto.deployer.v1.OperationMetadata;
import io.helmgate.proto.deployer.v1.Release;
import java.util.Map;

/**
 * Prints responses as proto JSON with unset scalars, lists and maps included, as upstream does.
 * Whole numbers within values are printed as such, where protobuf's printer writes 3.0.
 */
public final class ResponseJson {

  /** Up to here a double holds every whole number. */
  private static final double MAX_EXACT = 1L << 53;

  /** What an Any of a response may hold. */
  private static final TypeRegistry PACKED =
      TypeRegistry.newBuilder()
          .add(Release.getDescriptor())
          .add(OperationMetadata.getDescriptor())
          .add(Empty.getDescriptor())
          .add(ErrorInfo.getDescriptor())
          .add(BadRequest.getDescriptor())
          .build();

  private static final TypeReference<Map<String, Object>> MAP = new TypeReference<>() {};

  private final ObjectMapper mapper = new ObjectMapper();
  private final JsonFormat.Printer printer =
      JsonFormat.printer()
          .usingTypeRegistry(PACKED)
          .alwaysPrintFieldsWithNoPresence()
          .omittingInsignificantWhitespace();

  /** Proto JSON, names in lowerCamelCase. */
  public String print(Message message) {
    var text = text(message, printer);
    // Characters escaped for HTML are printed again, too.
    return text.contains("\\u") || mayHoldWholeDouble(text) ? json(text).toString() : text;
  }

  /** The same as plain Java, names as in the proto. */
  public Map<String, Object> tree(Message message) {
    return mapper.convertValue(json(text(message, printer.preservingProtoFieldNames())), MAP);
  }

  /** Whether something looks like the end of 3.0 or 1.5E9, much quicker than by a Pattern. */
  private static boolean mayHoldWholeDouble(String text) {
    for (int at = 2; at < text.length(); at++) {
      char before = text.charAt(at - 1);
      boolean found =
          switch (text.charAt(at)) {
            case ',', '}', ']' -> before == '0' && text.charAt(at - 2) == '.';
            case 'E' -> Character.isDigit(before);
            default -> false;
          };
      if (found) {
        return true;
      }
    }
    return false;
  }

  private static String text(Message message, JsonFormat.Printer form) {
    try {
      return form.print(message);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(
          "every response is JSON: " + message.getDescriptorForType().getFullName(), e);
    }
  }

  private JsonNode json(String text) {
    try {
      return wholeNumbers(mapper.readTree(text));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("protobuf prints JSON", e);
    }
  }

  private static JsonNode wholeNumbers(JsonNode node) {
    switch (node) {
      case ObjectNode object ->
          object.properties().forEach(field -> field.setValue(wholeNumbers(field.getValue())));
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          array.set(i, wholeNumbers(array.get(i)));
        }
      }
      default -> {
        double value = node.doubleValue();
        if (node.isDouble() && value == Math.rint(value) && Math.abs(value) <= MAX_EXACT) {
          return LongNode.valueOf((long) value);
        }
      }
    }
    return node;
  }
}
