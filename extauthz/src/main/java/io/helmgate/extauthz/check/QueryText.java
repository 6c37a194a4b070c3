package io.helmgate.extauthz.check;

import java.nio.charset.StandardCharsets;

/** Writes names and values of query parameters, which Envoy puts into the path as they are. */
final class QueryText {

  private static final int HEX = 16;

  /** RFC 3986 query, less what ends a parameter or its name and what servers read as a space. */
  private static final String LEGAL = "-._~!$'()*,:@/?";

  private QueryText() {}

  /**
   * Escapes what would end the parameter or is no legal text of a query. What is percent-encoded
   * already stays, so that a policy may encode by itself.
   */
  static String of(String text) {
    StringBuilder legal = new StringBuilder(text.length());
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    for (int i = 0; i < bytes.length; i++) {
      char c = (char) (bytes[i] & 0xff);
      if (isAlphanumeric(c) || LEGAL.indexOf(c) >= 0 || (c == '%' && isEscape(bytes, i))) {
        legal.append(c);
      } else {
        legal.append('%').append(hex(c >> 4)).append(hex(c & 0xf));
      }
    }
    return legal.toString();
  }

  private static boolean isEscape(byte[] bytes, int at) {
    return at + 2 < bytes.length
        && Character.digit(bytes[at + 1], HEX) >= 0
        && Character.digit(bytes[at + 2], HEX) >= 0;
  }

  private static boolean isAlphanumeric(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
  }

  private static char hex(int digit) {
    return Character.toUpperCase(Character.forDigit(digit, HEX));
  }
}
