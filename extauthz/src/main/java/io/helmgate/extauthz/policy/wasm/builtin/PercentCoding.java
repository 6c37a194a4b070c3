package io.helmgate.extauthz.policy.wasm.builtin;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** Percent-encoding as Go's {@code net/url} does it for the parts of a URL. */
enum PercentCoding {
  QUERY(""),
  PATH("$&+,/:;=@"),
  USER("$&+,;="),
  FRAGMENT("$&+,/:;=?@!()*"),
  HOST("!$&'()*+,;=:[]<>\"");

  private static final String UNRESERVED = "-_.~";

  private final String kept;

  PercentCoding(String kept) {
    this.kept = kept;
  }

  private boolean keeps(int b) {
    return (b >= 'a' && b <= 'z')
        || (b >= 'A' && b <= 'Z')
        || (b >= '0' && b <= '9')
        || UNRESERVED.indexOf(b) >= 0
        || kept.indexOf(b) >= 0;
  }

  String escape(String text) {
    StringBuilder out = new StringBuilder();
    for (byte signed : text.getBytes(StandardCharsets.UTF_8)) {
      int b = signed & 0xFF;
      if (b < 0x80 && keeps(b)) {
        out.append((char) b);
      } else if (b == ' ' && this == QUERY) {
        out.append('+');
      } else {
        out.append('%').append(hex(b >> 4)).append(hex(b & 15));
      }
    }
    return out.toString();
  }

  private static char hex(int digit) {
    return "0123456789ABCDEF".charAt(digit);
  }

  /** Decodes; bytes that are no UTF-8 become U+FFFD. */
  String unescape(String text) {
    byte[] bytes = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream(bytes.length);
    for (int i = 0; i < bytes.length; i++) {
      int b = bytes[i];
      if (b == '%') {
        if (i + 2 >= bytes.length || digit(bytes[i + 1]) < 0 || digit(bytes[i + 2]) < 0) {
          throw new BuiltinError("invalid URL escape");
        }
        boolean percent = bytes[i + 1] == '2' && bytes[i + 2] == '5';
        if (this == HOST && digit(bytes[i + 1]) < 8 && !percent) {
          throw new BuiltinError("invalid URL escape in host");
        }
        out.write(digit(bytes[i + 1]) << 4 | digit(bytes[i + 2]));
        i += 2;
      } else if (b == '+' && this == QUERY) {
        out.write(' ');
      } else if (this == HOST && b >= 0 && !keeps(b)) {
        throw new BuiltinError("invalid character in host name");
      } else {
        out.write(b);
      }
    }
    return out.toString(StandardCharsets.UTF_8);
  }

  private static int digit(byte b) {
    return b < 0 ? -1 : Character.digit(b, 16);
  }
}
