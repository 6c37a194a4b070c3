package io.helmgate.kit.call;

import com.google.protobuf.Descriptors.Descriptor;
import com.google.protobuf.Descriptors.FieldDescriptor;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The fields of every message type that a request may hold, by each of their names. */
final class RequestTypes {

  private final Map<Descriptor, Map<String, FieldDescriptor>> fields;

  private RequestTypes(Map<Descriptor, Map<String, FieldDescriptor>> fields) {
    this.fields = fields;
  }

  /** Throws IllegalArgumentException for a type that cannot be decoded alike on each transport. */
  static RequestTypes of(Collection<Descriptor> requests) {
    Map<Descriptor, Map<String, FieldDescriptor>> found = new HashMap<>();
    requests.forEach(request -> collect(request, found));
    return new RequestTypes(Map.copyOf(found));
  }

  /** The field of that proto or JSON name. */
  Optional<FieldDescriptor> field(Descriptor type, String name) {
    return Optional.ofNullable(fields.getOrDefault(type, Map.of()).get(name));
  }

  private static void collect(
      Descriptor type, Map<Descriptor, Map<String, FieldDescriptor>> found) {
    if (found.containsKey(type) || JsonForm.of(type) != JsonForm.FIELDS) {
      return;
    }
    if (type.getFullName().equals("google.protobuf.Any") || type.isExtendable()) {
      throw new IllegalArgumentException(
          type.getFullName() + ": not supported in a request (expected: a closed message type)");
    }
    Map<String, FieldDescriptor> byName = new HashMap<>();
    found.put(type, byName);
    for (FieldDescriptor field : type.getFields()) {
      checkSupported(field);
      for (String name : new String[] {field.getName(), field.getJsonName()}) {
        FieldDescriptor other = byName.put(name, field);
        if (other != null && other != field) {
          throw new IllegalArgumentException(
              type.getFullName() + ": two fields named " + name + " (expected: one)");
        }
      }
      if (field.getJavaType() == FieldDescriptor.JavaType.MESSAGE) {
        collect(field.getMessageType(), found);
      }
    }
  }

  private static void checkSupported(FieldDescriptor field) {
    if (field.isRequired() || field.getType() == FieldDescriptor.Type.GROUP) {
      throw new IllegalArgumentException(
          field.getFullName() + ": not supported in a request (expected: a proto3 field)");
    }
    // JSON spells other keys in several ways ("1", "01"), which would become one key.
    if (field.isMapField()
        && field.getMessageType().findFieldByNumber(1).getJavaType()
            != FieldDescriptor.JavaType.STRING) {
      throw new IllegalArgumentException(
          field.getFullName() + ": not supported in a request (expected: a map of string keys)");
    }
  }
}
