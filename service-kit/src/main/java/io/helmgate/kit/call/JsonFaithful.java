package io.helmgate.kit.call;

import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Duration;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.Timestamp;
import com.google.protobuf.util.Durations;
import com.google.protobuf.util.FieldMaskUtil;
import com.google.protobuf.util.Timestamps;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Refuses messages that proto JSON cannot write, or writes like another message.
 *
 * <p>Policies read proto JSON ({@link CallJson}), so two messages of one JSON would be one to a
 * policy and two to the service.
 */
final class JsonFaithful {

  private JsonFaithful() {}

  static void check(Message request) throws RefusedException {
    check(request, "request");
  }

  /** The place is that of a field of the contract; within values it stays the same. */
  private static void check(Message message, String at) throws RefusedException {
    switch (JsonForm.of(message.getDescriptorForType())) {
      case TEXT -> checkText(message, at);
      case VALUE -> {
        checkValue(message, at);
        checkFields(message, field -> at);
      }
      case FIELDS -> checkFields(message, field -> at + '.' + field.getName());
      case STRUCT, LIST, WRAPPER -> checkFields(message, field -> at);
    }
  }

  private static void checkFields(Message message, Function<FieldDescriptor, String> places)
      throws RefusedException {
    for (Map.Entry<FieldDescriptor, Object> entry : message.getAllFields().entrySet()) {
      if (entry.getKey().getJavaType() != FieldDescriptor.JavaType.MESSAGE) {
        continue;
      }
      String at = places.apply(entry.getKey());
      if (entry.getValue() instanceof List<?> list) {
        for (Object element : list) {
          check((Message) element, at);
        }
      } else {
        check((Message) entry.getValue(), at);
      }
    }
  }

  private static void checkValue(Message message, String at) throws RefusedException {
    Map<FieldDescriptor, Object> kinds = message.getAllFields();
    require(kinds.size() == 1, message, at, "one kind of value");
    FieldDescriptor kind = kinds.keySet().iterator().next();
    switch (kind.getName()) {
      // An enum of another number would be written as null too.
      case "null_value" -> require(isNullValue(message, kind), message, at, "NULL_VALUE");
      case "number_value" ->
          require(Double.isFinite((double) message.getField(kind)), message, at, "a finite number");
      default -> {}
    }
  }

  private static boolean isNullValue(Message message, FieldDescriptor kind) {
    return ((com.google.protobuf.Descriptors.EnumValueDescriptor) message.getField(kind))
            .getNumber()
        == 0;
  }

  private static void checkText(Message message, String at) throws RefusedException {
    switch (message.getDescriptorForType().getFullName()) {
      case "google.protobuf.Timestamp" ->
          require(
              Timestamps.isValid(
                  Timestamp.newBuilder()
                      .setSeconds(seconds(message))
                      .setNanos(nanos(message))
                      .build()),
              message,
              at,
              "a time of the years 1 to 9999");
      case "google.protobuf.Duration" ->
          require(
              Durations.isValid(
                  Duration.newBuilder()
                      .setSeconds(seconds(message))
                      .setNanos(nanos(message))
                      .build()),
              message,
              at,
              "at most 10,000 years, seconds and nanos of one sign");
      case "google.protobuf.FieldMask" -> checkMask(message, at);
      default -> throw new IllegalArgumentException(message.getDescriptorForType().getFullName());
    }
  }

  private static void checkMask(Message message, String at) throws RefusedException {
    FieldDescriptor paths = message.getDescriptorForType().findFieldByNumber(1);
    FieldMask.Builder mask = FieldMask.newBuilder();
    for (int i = 0; i < message.getRepeatedFieldCount(paths); i++) {
      mask.addPaths((String) message.getRepeatedField(paths, i));
    }
    FieldMask read = FieldMaskUtil.fromJsonString(FieldMaskUtil.toJsonString(mask.build()));
    require(read.equals(mask.build()), message, at, "paths of snake_case field names");
  }

  private static long seconds(Message message) {
    return (long) message.getField(message.getDescriptorForType().findFieldByNumber(1));
  }

  private static int nanos(Message message) {
    return (int) message.getField(message.getDescriptorForType().findFieldByNumber(2));
  }

  private static void require(boolean ok, Message message, String at, String expected)
      throws RefusedException {
    if (!ok) {
      throw RefusedException.malformed(
          "%s: %s that JSON cannot carry (expected: %s)"
              .formatted(at, message.getDescriptorForType().getFullName(), expected));
    }
  }
}
