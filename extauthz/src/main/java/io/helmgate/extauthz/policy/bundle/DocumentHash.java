package io.helmgate.extauthz.policy.bundle;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadFeature;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Comparator;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * OPA's hash of a JSON document (its {@code bundle/hash.go}): over the text without white space,
 * names in the order of their bytes, texts as Go writes them and numbers as they stand.
 */
final class DocumentHash {

  private static final JsonFactory JSON =
      JsonFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build();

  /** By code points, which is the order of UTF-8 bytes; Java compares UTF-16 units. */
  private static final Comparator<String> BY_CODE_POINTS =
      (one, other) ->
          Arrays.compareUnsigned(
              one.getBytes(StandardCharsets.UTF_8), other.getBytes(StandardCharsets.UTF_8));

  private DocumentHash() {}

  /**
   * Hashes a document.
   *
   * @throws IOException when it is no JSON document
   */
  static byte[] of(byte[] json, MessageDigest hash) throws IOException {
    try (JsonParser parser = JSON.createParser(json)) {
      parser.nextToken();
      StringBuilder text = new StringBuilder();
      write(parser, text);
      if (parser.nextToken() != null) {
        throw new IOException("text after the JSON document");
      }
      return hash.digest(text.toString().getBytes(StandardCharsets.UTF_8));
    }
  }

  private static void write(JsonParser parser, StringBuilder out) throws IOException {
    JsonToken token = parser.currentToken();
    if (token == null) {
      throw new IOException("no JSON document");
    }
    switch (token) {
      case START_OBJECT -> object(parser, out);
      case START_ARRAY -> array(parser, out);
      case VALUE_STRING -> text(parser.getText(), out);
      default -> out.append(parser.getText());
    }
  }

  private static void object(JsonParser parser, StringBuilder out) throws IOException {
    SortedMap<String, String> members = new TreeMap<>(BY_CODE_POINTS);
    while (parser.nextToken() != JsonToken.END_OBJECT) {
      String name = parser.currentName();
      parser.nextToken();
      StringBuilder value = new StringBuilder();
      write(parser, value);
      members.put(name, value.toString());
    }
    out.append('{');
    String comma = "";
    for (var member : members.entrySet()) {
      out.append(comma);
      text(member.getKey(), out);
      out.append(':').append(member.getValue());
      comma = ",";
    }
    out.append('}');
  }

  private static void array(JsonParser parser, StringBuilder out) throws IOException {
    out.append('[');
    String comma = "";
    while (parser.nextToken() != JsonToken.END_ARRAY) {
      out.append(comma);
      write(parser, out);
      comma = ",";
    }
    out.append(']');
  }

  /** As Go's encoding/json without HTML escapes. */
  private static void text(String value, StringBuilder out) {
    out.append('"');
    for (int i = 0; i < value.length(); i++) {
      char c = value.charAt(i);
      switch (c) {
        case '"' -> out.append("\\\"");
        case '\\' -> out.append("\\\\");
        case '\b' -> out.append("\\b");
        case '\f' -> out.append("\\f");
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        case '\u2028' -> out.append("\\u2028");
        case '\u2029' -> out.append("\\u2029");
        default -> {
          if (c < ' ') {
            out.append("\\u%04x".formatted((int) c));
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }
}
