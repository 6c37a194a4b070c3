package io.helmgate.extauthz.input;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Path and query of a request, taken apart.
 *
 * @param segments of the path, split before they are percent-decoded, so that {@code %2F} makes no
 *     boundary
 * @param query parameter name to its values
 */
record RequestTarget(List<String> segments, Map<String, List<String>> query) {

  private static final int HEX = 16;

  /** Takes a target apart; empty when its percent-encoding is broken. */
  static Optional<RequestTarget> parse(String target) {
    int at = target.indexOf('?');
    String path = at < 0 ? target : target.substring(0, at);
    String query = at < 0 ? "" : target.substring(at + 1);
    try {
      List<String> segments = new ArrayList<>();
      for (String segment : withoutLeadingSlashes(path).split("/", -1)) {
        segments.add(decode(segment, false));
      }
      return Optional.of(new RequestTarget(segments, form(query)));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads {@code application/x-www-form-urlencoded} text.
   *
   * @throws IllegalArgumentException when its percent-encoding is broken
   */
  static Map<String, List<String>> form(String text) {
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (String parameter : text.split("&", -1)) {
      if (!parameter.isEmpty()) {
        String[] pair = parameter.split("=", 2);
        values
            .computeIfAbsent(decode(pair[0], true), name -> new ArrayList<>())
            .add(pair.length == 2 ? decode(pair[1], true) : "");
      }
    }
    return values;
  }

  private static String withoutLeadingSlashes(String path) {
    int from = 0;
    while (from < path.length() && path.charAt(from) == '/') {
      from++;
    }
    return path.substring(from);
  }

  private static String decode(String text, boolean plusIsSpace) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(text.length());
    byte[] encoded = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < encoded.length; i++) {
      byte b = encoded[i];
      if (b == '%') {
        if (i + 2 >= encoded.length) {
          throw new IllegalArgumentException("percent-encoding is cut short");
        }
        bytes.write(digit(encoded[i + 1]) * HEX + digit(encoded[i + 2]));
        i += 2;
      } else {
        bytes.write(b == '+' && plusIsSpace ? ' ' : b);
      }
    }
    return bytes.toString(StandardCharsets.UTF_8);
  }

  private static int digit(byte hex) {
    int value = Character.digit(hex, HEX);
    if (value < 0) {
      throw new IllegalArgumentException("percent-encoding has no hex digits");
    }
    return value;
  }
}
