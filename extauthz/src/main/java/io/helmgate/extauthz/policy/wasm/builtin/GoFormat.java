package io.helmgate.extauthz.policy.wasm.builtin;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/**
 * Formats like Go's {@code fmt.Sprintf}: verbs, flags, widths, argument indexes, and the marks that
 * it leaves for mistakes ({@code %!d(string=hi)}). Arguments are {@link Long}, {@link BigInteger},
 * {@link Double} or {@link String}, the types that OPA passes on.
 */
final class GoFormat {

  private static final int TOO_LARGE = 1_000_000;

  private final String format;
  private final List<Object> arguments;
  private final StringBuilder out = new StringBuilder();
  private int at;
  private int argument;
  private boolean reordered;
  private boolean goodIndex;
  private boolean afterIndex;

  private GoFormat(String format, List<Object> arguments) {
    this.format = format;
    this.arguments = arguments;
  }

  static String format(String format, List<Object> arguments) {
    GoFormat formatter = new GoFormat(format, arguments);
    formatter.run();
    return formatter.out.toString();
  }

  private void run() {
    while (at < format.length()) {
      int percent = format.indexOf('%', at);
      if (percent < 0) {
        out.append(format, at, format.length());
        break;
      }
      out.append(format, at, percent);
      at = percent + 1;
      directive();
    }
    if (!reordered && argument < arguments.size()) {
      extra();
    }
  }

  private void directive() {
    goodIndex = true;
    afterIndex = false;
    FormatSpec spec = new FormatSpec();
    while (at < format.length() && spec.takeFlag(format.charAt(at))) {
      at++;
    }
    argumentIndex();
    width(spec);
    precision(spec);
    if (!afterIndex) {
      argumentIndex();
    }
    if (at >= format.length()) {
      out.append("%!(NOVERB)");
      return;
    }
    int verb = format.codePointAt(at);
    at += Character.charCount(verb);
    if (verb == '%') {
      out.append('%');
    } else if (!goodIndex) {
      out.append("%!").appendCodePoint(verb).append("(BADINDEX)");
    } else if (argument >= arguments.size()) {
      out.append("%!").appendCodePoint(verb).append("(MISSING)");
    } else {
      print(arguments.get(argument), verb, spec);
      argument++;
    }
  }

  private void width(FormatSpec spec) {
    if (at < format.length() && format.charAt(at) == '*') {
      at++;
      Optional<Integer> width = integerArgument();
      if (width.isEmpty()) {
        out.append("%!(BADWIDTH)");
      }
      spec.width(width.orElse(-1), width.isPresent());
      afterIndex = false;
      return;
    }
    int before = at;
    int width = number();
    spec.width(width, at > before && width >= 0);
    if (afterIndex && at > before) {
      goodIndex = false;
    }
  }

  private void precision(FormatSpec spec) {
    if (at >= format.length() || format.charAt(at) != '.') {
      return;
    }
    at++;
    if (afterIndex) {
      goodIndex = false;
    }
    argumentIndex();
    if (at < format.length() && format.charAt(at) == '*') {
      at++;
      Optional<Integer> precision = integerArgument().filter(number -> number >= 0);
      if (precision.isEmpty()) {
        out.append("%!(BADPREC)");
      }
      precision.ifPresent(spec::precision);
      afterIndex = false;
      return;
    }
    spec.precision(Math.max(0, number()));
  }

  /** Digits at the current position; -1 when there are none or the number is too large. */
  private int number() {
    int number = -1;
    while (at < format.length() && format.charAt(at) >= '0' && format.charAt(at) <= '9') {
      number = Math.max(number, 0) * 10 + (format.charAt(at) - '0');
      at++;
      if (number > TOO_LARGE) {
        at = format.length();
        return -1;
      }
    }
    return number;
  }

  /** Reads {@code [n]}, the number of the argument to take next. */
  private void argumentIndex() {
    afterIndex = false;
    if (at >= format.length() || format.charAt(at) != '[') {
      return;
    }
    reordered = true;
    int close = format.indexOf(']', at);
    if (close < 0 || format.length() - at < 3) {
      goodIndex = false;
      at++;
      return;
    }
    int start = at + 1;
    at = start;
    int index = number();
    boolean wellFormed = index >= 0 && at == close;
    at = close + 1;
    if (wellFormed && index >= 1 && index <= arguments.size()) {
      argument = index - 1;
      afterIndex = true;
    } else {
      goodIndex = false;
      afterIndex = wellFormed;
    }
  }

  private Optional<Integer> integerArgument() {
    if (argument >= arguments.size()) {
      return Optional.empty();
    }
    Object value = arguments.get(argument);
    argument++;
    return value instanceof Long number && Math.abs(number) <= TOO_LARGE
        ? Optional.of(number.intValue())
        : Optional.empty();
  }

  private void extra() {
    out.append("%!(EXTRA ");
    String separator = "";
    for (Object value : arguments.subList(argument, arguments.size())) {
      out.append(separator).append(typeOf(value)).append('=');
      print(value, 'v', new FormatSpec());
      separator = ", ";
    }
    out.append(')');
  }

  private void print(Object value, int verb, FormatSpec spec) {
    if (verb == 'v') {
      spec.verbIsV();
    }
    if (verb == 'T') {
      out.append(spec.pad(typeOf(value)));
      return;
    }
    Optional<String> text =
        switch (value) {
          case Long number -> GoNumberFormat.integer(number, verb, spec);
          case BigInteger number -> Optional.of(GoNumberFormat.bigInteger(number, verb, spec));
          case Double number -> GoNumberFormat.floating(number, verb, spec);
          default -> text((String) value, verb, spec);
        };
    text.ifPresentOrElse(out::append, () -> badVerb(value, verb));
  }

  private void badVerb(Object value, int verb) {
    out.append("%!").appendCodePoint(verb).append('(').append(typeOf(value)).append('=');
    print(value, 'v', new FormatSpec());
    out.append(')');
  }

  private static String typeOf(Object value) {
    return switch (value) {
      case Long ignored -> "int64";
      case BigInteger ignored -> "*big.Int";
      case Double ignored -> "float64";
      default -> "string";
    };
  }

  private static Optional<String> text(String value, int verb, FormatSpec spec) {
    return switch (verb) {
      case 's' -> Optional.of(spec.pad(spec.truncate(value)));
      case 'v' ->
          Optional.of(
              spec.sharpV()
                  ? spec.pad(GoQuote.quote(spec.truncate(value), false))
                  : spec.pad(spec.truncate(value)));
      case 'q' -> Optional.of(spec.pad(quoted(spec.truncate(value), spec)));
      case 'x' -> Optional.of(spec.pad(hex(value, "0123456789abcdef", "0x", spec)));
      case 'X' -> Optional.of(spec.pad(hex(value, "0123456789ABCDEF", "0X", spec)));
      default -> Optional.empty();
    };
  }

  private static String quoted(String value, FormatSpec spec) {
    return spec.sharp() && GoQuote.canBackquote(value)
        ? "`" + value + "`"
        : GoQuote.quote(value, spec.plus());
  }

  private static String hex(String value, String digits, String prefix, FormatSpec spec) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    int length = spec.precisionOr(bytes.length);
    StringBuilder hex = new StringBuilder();
    for (int i = 0; i < Math.min(length, bytes.length); i++) {
      if (spec.space() && i > 0) {
        hex.append(' ');
      }
      if (spec.sharp() && (spec.space() || i == 0)) {
        hex.append(prefix);
      }
      hex.append(digits.charAt((bytes[i] >> 4) & 15)).append(digits.charAt(bytes[i] & 15));
    }
    return hex.toString();
  }
}
