package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.Locale;

/** Quotes strings and characters like Go's {@code strconv.Quote} family. */
final class GoQuote {

  private GoQuote() {}

  static String quote(String text, boolean asciiOnly) {
    StringBuilder out = new StringBuilder("\"");
    text.codePoints().forEach(c -> escape(c, '"', asciiOnly, out));
    return out.append('"').toString();
  }

  static String quoteCharacter(int character, boolean asciiOnly) {
    StringBuilder out = new StringBuilder("'");
    escape(character, '\'', asciiOnly, out);
    return out.append('\'').toString();
  }

  /** Whether a string may stand between backquotes: no backquote, no control character but tab. */
  static boolean canBackquote(String text) {
    return text.codePoints()
        .allMatch(c -> c != 0xFEFF && c != '`' && c != 0x7F && (c >= ' ' || c == '\t'));
  }

  private static void escape(int c, char quote, boolean asciiOnly, StringBuilder out) {
    switch (c) {
      case 0x07 -> out.append("\\a");
      case '\b' -> out.append("\\b");
      case '\f' -> out.append("\\f");
      case '\n' -> out.append("\\n");
      case '\r' -> out.append("\\r");
      case '\t' -> out.append("\\t");
      case 0x0B -> out.append("\\v");
      default -> {
        if (c == quote || c == '\\') {
          out.append('\\').appendCodePoint(c);
        } else if (c < 0x80 ? c >= ' ' && c != 0x7F : !asciiOnly && isPrintable(c)) {
          out.appendCodePoint(c);
        } else if (c < ' ' || c == 0x7F) {
          out.append(String.format(Locale.ROOT, "\\x%02x", c));
        } else if (c < 0x10000) {
          out.append(String.format(Locale.ROOT, "\\u%04x", c));
        } else {
          out.append(String.format(Locale.ROOT, "\\U%08x", c));
        }
      }
    }
  }

  /** Letters, marks, numbers, punctuation and symbols, as Go's {@code strconv.IsPrint}. */
  static boolean isPrintable(int c) {
    return switch (Character.getType(c)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.SURROGATE,
          Character.PRIVATE_USE,
          Character.UNASSIGNED,
          Character.SPACE_SEPARATOR,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR ->
          c == ' ';
      default -> true;
    };
  }
}
