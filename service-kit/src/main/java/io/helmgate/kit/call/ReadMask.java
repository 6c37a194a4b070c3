package io.helmgate.kit.call;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Message;
import graphql.normalized.ExecutableNormalizedField;
import java.util.SortedSet;
import java.util.TreeSet;

/** Writes a GraphQL selection as the field mask that says the same on other transports. */
final class ReadMask {

  private ReadMask() {}

  /**
   * The request with the paths of the selected leaves, sorted.
   *
   * <p>A selection of nothing but {@code __typename} leaves the mask unset, which policies take for
   * everything.
   */
  static Message add(Message request, FieldDescriptor mask, ExecutableNormalizedField field) {
    SortedSet<String> paths = new TreeSet<>();
    collect(field, "", paths);
    if (paths.isEmpty()) {
      return request;
    }
    Message.Builder builder = request.toBuilder();
    Message.Builder value = builder.newBuilderForField(mask);
    FieldDescriptor pathsField = mask.getMessageType().findFieldByNumber(1);
    paths.forEach(path -> value.addRepeatedField(pathsField, path));
    return builder.setField(mask, value.build()).build();
  }

  private static void collect(
      ExecutableNormalizedField field, String prefix, SortedSet<String> paths) {
    for (ExecutableNormalizedField child : field.getChildren()) {
      String path = prefix + child.getFieldName();
      if (child.hasChildren()) {
        collect(child, path + ".", paths);
      } else if (!child.getFieldName().startsWith("__")) {
        paths.add(path);
      }
    }
  }
}
