package io.helmgate.kit.call;

import com.google.protobuf.Descriptors.Descriptor;

/** How proto JSON writes a message type. */
enum JsonForm {
  /** By its fields. */
  FIELDS,
  /** As any object ({@code google.protobuf.Struct}). */
  STRUCT,
  /** As any value ({@code google.protobuf.Value}). */
  VALUE,
  /** As any array ({@code google.protobuf.ListValue}). */
  LIST,
  /** As a string: times, durations and field masks. */
  TEXT,
  /** As its one field, {@code value}. */
  WRAPPER;

  static JsonForm of(Descriptor type) {
    return switch (type.getFullName()) {
      case "google.protobuf.Struct" -> STRUCT;
      case "google.protobuf.Value" -> VALUE;
      case "google.protobuf.ListValue" -> LIST;
      case "google.protobuf.Timestamp", "google.protobuf.Duration", "google.protobuf.FieldMask" ->
          TEXT;
      case "google.protobuf.DoubleValue",
          "google.protobuf.FloatValue",
          "google.protobuf.Int64Value",
          "google.protobuf.UInt64Value",
          "google.protobuf.Int32Value",
          "google.protobuf.UInt32Value",
          "google.protobuf.BoolValue",
          "google.protobuf.StringValue",
          "google.protobuf.BytesValue" ->
          WRAPPER;
      default -> FIELDS;
    };
  }
}
