package io.helmgate.e2e;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Struct;
import com.google.protobuf.util.JsonFormat;

/** Values of a release, written as JSON with single quotes. */
final class Values {

  private static final ObjectMapper JSON = new ObjectMapper();

  private Values() {}

  static Struct of(String json) {
    return struct(json.replace('\'', '"'));
  }

  /** A JSON object as a Struct, in which every number is a double: 3 and 3.0 are equal. */
  static Struct struct(String json) {
    var struct = Struct.newBuilder();
    try {
      JsonFormat.parser().merge(json, struct);
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(json, e);
    }
    return struct.build();
  }

  static JsonNode parse(String json) {
    try {
      return JSON.readTree(json);
    } catch (JsonProcessingException e) {
      throw new IllegalArgumentException(json, e);
    }
  }
}
