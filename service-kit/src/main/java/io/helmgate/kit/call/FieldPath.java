package io.helmgate.kit.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * A field of a message or of the messages in it.
 *
 * @param fields from the outermost to the field meant; all but the last are singular messages
 */
record FieldPath(List<FieldDescriptor> fields) {

  /** Empty when there is no such field or the path leads through a list, a map or a scalar. */
  static Optional<FieldPath> find(RequestTypes types, Descriptor type, String dotted) {
    List<FieldDescriptor> fields = new ArrayList<>();
    Descriptor current = type;
    for (String name : dotted.split("\\.", -1)) {
      if (!fields.isEmpty()) {
        FieldDescriptor outer = fields.getLast();
        if (outer.isRepeated() || outer.getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
          return Optional.empty();
        }
        current = outer.getMessageType();
      }
      Optional<FieldDescriptor> field = types.field(current, name);
      if (field.isEmpty()) {
        return Optional.empty();
      }
      fields.add(field.get());
    }
    return Optional.of(new FieldPath(List.copyOf(fields)));
  }

  FieldDescriptor field() {
    return fields.getLast();
  }

  boolean startsWith(FieldDescriptor field) {
    return fields.getFirst().equals(field);
  }

  /** Proto names, dotted. */
  String text() {
    return fields.stream().map(FieldDescriptor::getName).collect(Collectors.joining("."));
  }

  /** What a canonical tree ({@link JsonMessages}) holds there; empty if nothing. */
  Optional<JsonNode> get(ObjectNode tree) {
    JsonNode node = tree;
    for (FieldDescriptor field : fields) {
      node = node.path(field.getJsonName());
    }
    return node.isMissingNode() ? Optional.empty() : Optional.of(node);
  }

  /** The array that a canonical tree holds there, made if absent. */
  ArrayNode getOrAddArray(ObjectNode tree) {
    return parent(tree).withArrayProperty(field().getJsonName());
  }

  /** Sets it in a canonical tree, making the objects on the way. */
  void set(ObjectNode tree, JsonNode value) {
    parent(tree).set(field().getJsonName(), value);
  }

  private ObjectNode parent(ObjectNode tree) {
    ObjectNode node = tree;
    for (FieldDescriptor field : fields.subList(0, fields.size() - 1)) {
      node = node.withObjectProperty(field.getJsonName());
    }
    return node;
  }
}
