package io.helmgate.extauthz.policy.wasm.builtin;

/** Flags, width and precision of one directive of {@link GoFormat}. */
final class FormatSpec {

  private static final int NONE = -1;

  private boolean sharp;
  private boolean sharpV;
  private boolean plus;
  private boolean minus;
  private boolean zero;
  private boolean space;
  private int width = NONE;
  private int precision = NONE;

  /** Takes a character when it is a flag. */
  boolean takeFlag(char c) {
    switch (c) {
      case '#' -> sharp = true;
      case '+' -> plus = true;
      case '-' -> minus = true;
      case '0' -> zero = true;
      case ' ' -> space = true;
      default -> {
        return false;
      }
    }
    return true;
  }

  /** With {@code %v} the flags # and + ask for Go syntax and field names. */
  void verbIsV() {
    sharpV = sharp;
    sharp = false;
    plus = false;
  }

  void width(int value, boolean present) {
    if (present) {
      minus |= value < 0;
      width = Math.abs(value);
    }
  }

  void precision(int value) {
    precision = value;
  }

  boolean sharp() {
    return sharp;
  }

  boolean sharpV() {
    return sharpV;
  }

  boolean plus() {
    return plus;
  }

  boolean space() {
    return space;
  }

  boolean hasPrecision() {
    return precision != NONE;
  }

  int precisionOr(int otherwise) {
    return precision == NONE ? otherwise : precision;
  }

  boolean leftAligned() {
    return minus;
  }

  /** The width when it is to be filled with zeros on the left, else 0. */
  int zeroWidth() {
    return zero && !minus && width != NONE ? width : 0;
  }

  /** Cuts to as many characters as the precision says. */
  String truncate(String text) {
    if (precision == NONE || text.codePointCount(0, text.length()) <= precision) {
      return text;
    }
    return text.substring(0, text.offsetByCodePoints(0, precision));
  }

  /** Fills up to the width, with zeros when the flag 0 asks for them. */
  String pad(String text) {
    return fill(text, zero && !minus ? '0' : ' ');
  }

  /** Fills up to the width with spaces. */
  String padWithSpaces(String text) {
    return fill(text, ' ');
  }

  private String fill(String text, char filler) {
    int missing = width - text.codePointCount(0, text.length());
    if (width == NONE || missing <= 0) {
      return text;
    }
    String fill = String.valueOf(filler).repeat(missing);
    return minus ? text + fill : fill + text;
  }
}
