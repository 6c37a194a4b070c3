package io.helmgate.kit.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.BooleanNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * Turns JSON into a request message.
 *
 * <p>A tree is first made canonical: JSON names only, no nulls, integers as integers. That is where
 * everything is refused that {@link JsonFormat} would let pass or settle by itself: a field given
 * by both of its names, a number for a string, an array of one for its element.
 */
final class JsonMessages {

  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;

  private final RequestTypes types;
  private final int maxDepth;

  JsonMessages(RequestTypes types, int maxDepth) {
    this.types = types;
    this.maxDepth = maxDepth;
  }

  /**
   * The canonical form of a message's JSON.
   *
   * @param where what to call it in a refusal
   */
  ObjectNode canonical(Descriptor type, JsonNode node, JsonPlace where) throws RefusedException {
    return fields(type, node, where, 1);
  }

  /** The canonical form of a field's value that came as text, in a path or a query. */
  JsonNode canonicalText(FieldDescriptor field, String text, JsonPlace where)
      throws RefusedException {
    JsonNode node =
        switch (field.getJavaType()) {
          case BOOLEAN ->
              switch (text) {
                case "true" -> BooleanNode.TRUE;
                case "false" -> BooleanNode.FALSE;
                default -> throw JsonScalars.wrong(where, "true or false");
              };
          default -> TextNode.valueOf(text);
        };
    return single(field, node, where, 1);
  }

  /** The message that a canonical tree stands for. */
  Message message(Message prototype, ObjectNode canonical) throws RefusedException {
    Message.Builder builder = prototype.newBuilderForType();
    try {
      JsonFormat.parser().merge(canonical.toString(), builder);
    } catch (InvalidProtocolBufferException e) {
      throw RefusedException.malformed("request: " + e.getMessage(), e);
    }
    Message message = builder.build();
    JsonFaithful.check(message);
    return message;
  }

  private ObjectNode fields(Descriptor type, JsonNode node, JsonPlace where, int depth)
      throws RefusedException {
    JsonScalars.require(node.isObject(), where, "an object");
    checkDepth(where, depth);
    ObjectNode canonical = NODES.objectNode();
    Set<FieldDescriptor> seen = new HashSet<>();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      JsonPlace at = where.member(entry.getKey());
      FieldDescriptor field =
          types
              .field(type, entry.getKey())
              .orElseThrow(() -> RefusedException.malformed(at + ": unknown field"));
      if (!seen.add(field)) {
        throw RefusedException.malformed(at + ": given by both of its names (expected: once)");
      }
      // JSON null is an absent field, save where null is a value.
      if (!entry.getValue().isNull() || isNullable(field)) {
        canonical.set(field.getJsonName(), field(field, entry.getValue(), at, depth));
      }
    }
    return canonical;
  }

  private static boolean isNullable(FieldDescriptor field) {
    return field.getJavaType() == FieldDescriptor.JavaType.MESSAGE
        && !field.isRepeated()
        && JsonForm.of(field.getMessageType()) == JsonForm.VALUE;
  }

  private JsonNode field(FieldDescriptor field, JsonNode node, JsonPlace where, int depth)
      throws RefusedException {
    if (field.isMapField()) {
      return map(field, node, where, depth + 1);
    }
    if (field.isRepeated()) {
      JsonScalars.require(node.isArray(), where, "an array");
      checkDepth(where, depth + 1);
      ArrayNode canonical = NODES.arrayNode(node.size());
      for (JsonNode element : node) {
        canonical.add(single(field, element, where.element(canonical.size()), depth + 1));
      }
      return canonical;
    }
    return single(field, node, where, depth);
  }

  private ObjectNode map(FieldDescriptor field, JsonNode node, JsonPlace where, int depth)
      throws RefusedException {
    JsonScalars.require(node.isObject(), where, "an object");
    checkDepth(where, depth);
    FieldDescriptor value = field.getMessageType().findFieldByNumber(2);
    ObjectNode canonical = NODES.objectNode();
    for (Map.Entry<String, JsonNode> entry : node.properties()) {
      JsonPlace at = where.member(entry.getKey());
      JsonScalars.checkText(entry.getKey(), at);
      if (value.getJavaType() == FieldDescriptor.JavaType.STRING && !entry.getValue().isTextual()) {
        throw JsonScalars.wrong(at, "a string" + anyValueField(field));
      }
      canonical.set(entry.getKey(), single(value, entry.getValue(), at, depth));
    }
    return canonical;
  }

  /** Names the neighbour of a string map that takes values of any type, if there is one. */
  private static String anyValueField(FieldDescriptor map) {
    return map.getContainingType().getFields().stream()
        .filter(field -> field.getJavaType() == FieldDescriptor.JavaType.MESSAGE)
        .filter(field -> JsonForm.of(field.getMessageType()) == JsonForm.STRUCT)
        .findFirst()
        .map(field -> "; other types go into " + field.getName())
        .orElse("");
  }

  private JsonNode single(FieldDescriptor field, JsonNode node, JsonPlace where, int depth)
      throws RefusedException {
    return switch (field.getJavaType()) {
      case MESSAGE -> message(field.getMessageType(), node, where, depth + 1);
      default -> JsonScalars.canonical(field, node, where);
    };
  }

  private JsonNode message(Descriptor type, JsonNode node, JsonPlace where, int depth)
      throws RefusedException {
    return switch (JsonForm.of(type)) {
      case FIELDS -> fields(type, node, where, depth);
      case STRUCT -> {
        JsonScalars.require(node.isObject(), where, "an object");
        yield anyValue(node, where, depth);
      }
      case LIST -> {
        JsonScalars.require(node.isArray(), where, "an array");
        yield anyValue(node, where, depth);
      }
      case VALUE -> anyValue(node, where, depth);
      case TEXT -> {
        JsonScalars.require(node.isTextual(), where, "a string");
        JsonScalars.checkText(node.textValue(), where);
        yield node;
      }
      case WRAPPER -> single(type.findFieldByNumber(1), node, where, depth);
    };
  }

  /** Checks a value of any type; it is its own canonical form. */
  private JsonNode anyValue(JsonNode node, JsonPlace where, int depth) throws RefusedException {
    switch (node.getNodeType()) {
      case OBJECT -> {
        checkDepth(where, depth);
        for (Map.Entry<String, JsonNode> entry : node.properties()) {
          JsonPlace at = where.member(entry.getKey());
          JsonScalars.checkText(entry.getKey(), at);
          anyValue(entry.getValue(), at, depth + 1);
        }
      }
      case ARRAY -> {
        checkDepth(where, depth);
        for (int i = 0; i < node.size(); i++) {
          anyValue(node.get(i), where.element(i), depth + 1);
        }
      }
      case STRING -> JsonScalars.checkText(node.textValue(), where);
      case NUMBER -> JsonScalars.checkDouble(node, where);
      case BOOLEAN, NULL -> {}
      case BINARY, MISSING, POJO -> throw JsonScalars.wrong(where, "a JSON value");
    }
    return node;
  }

  private void checkDepth(JsonPlace where, int depth) throws RefusedException {
    if (depth > maxDepth) {
      throw RefusedException.malformed(
          "%s: nested too deep (expected: at most %d levels)".formatted(where, maxDepth));
    }
  }
}
