package io.helmgate.extauthz.policy.wasm.builtin;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.math.MathContext;
import java.math.RoundingMode;
import java.util.Locale;
import java.util.Optional;

/** Formats numbers like Go's {@code fmt} and {@code strconv.FormatFloat}. */
final class GoNumberFormat {

  /** From this exponent on {@code %g} without a precision writes an exponent. */
  private static final int SHORTEST_EXPONENT = 6;

  private GoNumberFormat() {}

  /** Empty when the verb is none for integers. */
  static Optional<String> integer(long value, int verb, FormatSpec spec) {
    return switch (verb) {
      case 'v', 'd' -> Optional.of(integer(value, 10, verb, spec));
      case 'b' -> Optional.of(integer(value, 2, verb, spec));
      case 'o', 'O' -> Optional.of(integer(value, 8, verb, spec));
      case 'x', 'X' -> Optional.of(integer(value, 16, verb, spec));
      case 'c' -> Optional.of(spec.pad(Character.toString(character(value))));
      case 'q' -> Optional.of(spec.pad(GoQuote.quoteCharacter(character(value), spec.plus())));
      case 'U' -> Optional.of(spec.padWithSpaces(unicode(value, spec)));
      default -> Optional.empty();
    };
  }

  private static int character(long value) {
    boolean valid = value >= 0 && value <= Character.MAX_CODE_POINT && !isSurrogate(value);
    return valid ? (int) value : 0xFFFD;
  }

  private static boolean isSurrogate(long value) {
    return value >= Character.MIN_SURROGATE && value <= Character.MAX_SURROGATE;
  }

  private static String unicode(long value, FormatSpec spec) {
    String digits = Long.toHexString(value).toUpperCase(Locale.ROOT);
    String text =
        "U+" + "0".repeat(Math.max(0, Math.max(4, spec.precisionOr(4)) - digits.length()));
    text += digits;
    boolean show =
        spec.sharp()
            && value >= 0
            && value <= Character.MAX_CODE_POINT
            && GoQuote.isPrintable((int) value);
    return show ? text + " '" + Character.toString((int) value) + "'" : text;
  }

  private static String integer(long value, int radix, int verb, FormatSpec spec) {
    if (spec.hasPrecision() && spec.precisionOr(0) == 0 && value == 0) {
      return spec.padWithSpaces("");
    }
    String sign = sign(value < 0, spec);
    int length = spec.hasPrecision() ? spec.precisionOr(0) : spec.zeroWidth() - sign.length();
    String digits = digits(BigInteger.valueOf(value).abs(), radix, verb);
    String text = "0".repeat(Math.max(0, length - digits.length())) + digits;
    return spec.padWithSpaces(sign + prefix(radix, verb, text, spec) + text);
  }

  /** {@code big.Int} formats itself: zeros count the prefix, and {@code %s} is allowed. */
  static String bigInteger(BigInteger value, int verb, FormatSpec spec) {
    int radix =
        switch (verb) {
          case 'b' -> 2;
          case 'o', 'O' -> 8;
          case 'd', 's', 'v' -> 10;
          case 'x', 'X' -> 16;
          default -> 0;
        };
    if (radix == 0) {
      return "%!" + Character.toString(verb) + "(big.Int=" + value + ")";
    }
    String sign = sign(value.signum() < 0, spec);
    String digits = digits(value.abs(), radix, verb);
    String prefix = prefix(radix, verb, digits, spec);
    int length =
        spec.hasPrecision()
            ? spec.precisionOr(0)
            : spec.zeroWidth() - sign.length() - prefix.length();
    String zeros = "0".repeat(Math.max(0, length - digits.length()));
    return spec.padWithSpaces(sign + prefix + zeros + digits);
  }

  private static String digits(BigInteger value, int radix, int verb) {
    String digits = value.toString(radix);
    return verb == 'X' ? digits.toUpperCase(Locale.ROOT) : digits;
  }

  private static String prefix(int radix, int verb, String digits, FormatSpec spec) {
    if (verb == 'O') {
      return "0o";
    }
    if (!spec.sharp()) {
      return "";
    }
    return switch (radix) {
      case 2 -> "0b";
      case 8 -> digits.startsWith("0") ? "" : "0";
      case 16 -> verb == 'X' ? "0X" : "0x";
      default -> "";
    };
  }

  private static String sign(boolean negative, FormatSpec spec) {
    if (negative) {
      return "-";
    }
    if (spec.plus()) {
      return "+";
    }
    return spec.space() ? " " : "";
  }

  /** Empty when the verb is none for floating-point numbers. */
  static Optional<String> floating(double value, int verb, FormatSpec spec) {
    if (spec.sharp() || verb == 'b' || verb == 'x' || verb == 'X') {
      throw new BuiltinError("sprintf: binary and # forms of a fraction are not supplied");
    }
    double magnitude = Math.abs(value);
    Optional<String> number =
        switch (verb) {
          case 'v', 'g' -> Optional.of(general(magnitude, spec));
          case 'G' -> Optional.of(general(magnitude, spec).toUpperCase(Locale.ROOT));
          case 'f', 'F' -> Optional.of(fixed(magnitude, spec.precisionOr(6)));
          case 'e' -> Optional.of(scientific(magnitude, spec.precisionOr(6)));
          case 'E' ->
              Optional.of(scientific(magnitude, spec.precisionOr(6)).toUpperCase(Locale.ROOT));
          default -> Optional.empty();
        };
    return number.map(text -> withSign(value, text, spec));
  }

  private static String withSign(double value, String number, FormatSpec spec) {
    boolean negative = value < 0 || (value == 0 && 1 / value < 0);
    String sign = sign(negative, spec);
    int zeros = spec.zeroWidth() - sign.length() - number.length();
    return spec.padWithSpaces(sign + "0".repeat(Math.max(0, zeros)) + number);
  }

  private static String fixed(double value, int precision) {
    return new BigDecimal(value).setScale(precision, RoundingMode.HALF_EVEN).toPlainString();
  }

  private static String scientific(double value, int precision) {
    if (value == 0) {
      return "0" + (precision > 0 ? "." + "0".repeat(precision) : "") + "e+00";
    }
    BigDecimal rounded =
        new BigDecimal(value).round(new MathContext(precision + 1, RoundingMode.HALF_EVEN));
    return scientific(rounded, precision);
  }

  private static String scientific(BigDecimal value, int precision) {
    String digits = value.unscaledValue().toString();
    int exponent = digits.length() - 1 - value.scale();
    digits += "0".repeat(Math.max(0, precision + 1 - digits.length()));
    String fraction = digits.substring(1, precision + 1);
    return digits.charAt(0)
        + (fraction.isEmpty() ? "" : "." + fraction)
        + String.format(Locale.ROOT, "e%s%02d", exponent < 0 ? "-" : "+", Math.abs(exponent));
  }

  /** The shortest text that reads back as the same number, or as many digits as asked for. */
  private static String general(double value, FormatSpec spec) {
    if (value == 0) {
      return "0";
    }
    boolean shortest = !spec.hasPrecision();
    BigDecimal digits =
        shortest
            ? new BigDecimal(Double.toString(value))
            : new BigDecimal(value)
                .round(new MathContext(Math.max(1, spec.precisionOr(1)), RoundingMode.HALF_EVEN));
    BigDecimal stripped = digits.stripTrailingZeros();
    int exponent = stripped.precision() - 1 - stripped.scale();
    int limit = shortest ? SHORTEST_EXPONENT : generalLimit(stripped, exponent, spec);
    return exponent < -4 || exponent >= limit
        ? scientific(stripped, stripped.precision() - 1)
        : stripped.toPlainString();
  }

  private static int generalLimit(BigDecimal stripped, int exponent, FormatSpec spec) {
    int limit = Math.max(1, spec.precisionOr(1));
    boolean whole = stripped.precision() >= exponent + 1;
    return limit > stripped.precision() && whole ? stripped.precision() : limit;
  }
}
