package io.helmgate.kit.call;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;

/** Strict percent-decoding (RFC 3986 section 2.1) of UTF-8 text. */
final class PercentEncoding {

  private PercentEncoding() {}

  /** The octet that the escape at {@code at} stands for. */
  static int octet(String text, int at) throws RefusedException {
    int high = at + 1 < text.length() ? digit(text.charAt(at + 1)) : -1;
    int low = at + 2 < text.length() ? digit(text.charAt(at + 2)) : -1;
    if (high < 0 || low < 0) {
      throw RefusedException.malformed("broken percent-encoding (expected: %XX)");
    }
    return high << 4 | low;
  }

  /** Decodes once; what comes out must be UTF-8 without control characters. */
  static String decode(String what, String text) throws RefusedException {
    ByteBuffer octets = ByteBuffer.allocate(text.length());
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      if (c == '%') {
        octets.put((byte) octet(text, i));
        i += 2;
      } else {
        octets.put((byte) c);
      }
    }
    String decoded;
    try {
      decoded = StandardCharsets.UTF_8.newDecoder().decode(octets.flip()).toString();
    } catch (CharacterCodingException e) {
      throw RefusedException.malformed(what + ": percent-encoding of no UTF-8 text", e);
    }
    if (decoded.chars().anyMatch(Character::isISOControl)) {
      throw RefusedException.malformed(what + ": control characters are not allowed");
    }
    return decoded;
  }

  // Character.digit also takes the digits of other scripts.
  private static int digit(char c) {
    return c < 0x80 ? Character.digit(c, 16) : -1;
  }
}
