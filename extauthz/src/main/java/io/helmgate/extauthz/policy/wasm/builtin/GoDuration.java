package io.helmgate.extauthz.policy.wasm.builtin;

import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Durations like Go's {@code time.ParseDuration}, with OPA's days, weeks and years. */
final class GoDuration {

  private static final Map<String, Long> NANOS =
      Map.of(
          "ns", 1L,
          "us", 1_000L,
          "\u00b5s", 1_000L,
          "\u03bcs", 1_000L,
          "ms", 1_000_000L,
          "s", 1_000_000_000L,
          "m", 60_000_000_000L,
          "h", 3_600_000_000_000L);
  private static final Map<String, Integer> HOURS = Map.of("d", 24, "w", 7 * 24, "y", 365 * 24);
  private static final Pattern SEGMENT =
      Pattern.compile("(\\d*)(?:\\.(\\d*))?([^\\d.]+)", Pattern.UNICODE_CASE);
  private static final Pattern EXTENDED_SEGMENT =
      Pattern.compile("([0-9.]+)(ms|us|\u00b5s|ns|[a-z])");

  private GoDuration() {}

  /**
   * Reads a duration.
   *
   * @return nanoseconds
   */
  static long parse(String text) {
    return standard(text.matches("(?s).*[dwy].*") ? inHours(text) : text);
  }

  /** Days, weeks and years written as hours. */
  private static String inHours(String text) {
    int start = text.startsWith("-") || text.startsWith("+") ? 1 : 0;
    StringBuilder out = new StringBuilder(text.substring(0, start));
    Matcher matcher = EXTENDED_SEGMENT.matcher(text);
    int at = start;
    while (at < text.length()) {
      matcher.region(at, text.length());
      if (!matcher.lookingAt()) {
        throw bad();
      }
      String unit = matcher.group(2);
      if (HOURS.containsKey(unit)) {
        double hours = decimal(matcher.group(1)) * HOURS.get(unit);
        out.append(new BigDecimal(Double.toString(hours)).stripTrailingZeros().toPlainString())
            .append('h');
      } else {
        out.append(matcher.group());
      }
      at = matcher.end();
    }
    return out.toString();
  }

  private static double decimal(String text) {
    try {
      return Double.parseDouble(text);
    } catch (NumberFormatException e) {
      throw bad();
    }
  }

  private static long standard(String text) {
    boolean negative = text.startsWith("-");
    String rest = negative || text.startsWith("+") ? text.substring(1) : text;
    if (rest.equals("0")) {
      return 0;
    }
    if (rest.isEmpty()) {
      throw bad();
    }
    BigDecimal total = BigDecimal.ZERO;
    Matcher matcher = SEGMENT.matcher(rest);
    int at = 0;
    while (at < rest.length()) {
      matcher.region(at, rest.length());
      if (!matcher.lookingAt()) {
        throw bad();
      }
      total = total.add(segment(matcher));
      at = matcher.end();
    }
    BigDecimal signed = negative ? total.negate() : total;
    try {
      return signed.longValueExact();
    } catch (ArithmeticException e) {
      throw bad();
    }
  }

  /** Nanoseconds of one number with its unit; digits below a nanosecond are cut. */
  private static BigDecimal segment(Matcher matcher) {
    Long unit = NANOS.get(matcher.group(3));
    String whole = matcher.group(1);
    String fraction = matcher.group(2) == null ? "" : matcher.group(2);
    if (unit == null || (whole.isEmpty() && fraction.isEmpty())) {
      throw bad();
    }
    BigDecimal number =
        new BigDecimal(
            (whole.isEmpty() ? "0" : whole) + (fraction.isEmpty() ? "" : "." + fraction));
    return number.multiply(BigDecimal.valueOf(unit)).setScale(0, RoundingMode.DOWN);
  }

  private static BuiltinError bad() {
    return new BuiltinError("invalid duration");
  }
}
