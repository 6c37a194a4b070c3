package io.helmgate.kit.config;

import java.time.Duration;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Reads durations such as {@code 30s}, {@code 1500ms}, {@code 5m}, {@code 1h} and {@code 1h30m}:
 * the form of the Kubernetes Gateway API (GEP-2257).
 */
final class TimeSpan {
  private static final Pattern FORM = Pattern.compile("(?:[0-9]{1,9}(?:h|ms|m|s)){1,4}");
  private static final Pattern PART = Pattern.compile("([0-9]{1,9})(h|ms|m|s)");
  private static final Map<String, Duration> UNITS =
      Map.of(
          "h", Duration.ofHours(1),
          "m", Duration.ofMinutes(1),
          "s", Duration.ofSeconds(1),
          "ms", Duration.ofMillis(1));

  private TimeSpan() {}

  static boolean isValid(String text) {
    return FORM.matcher(text).matches();
  }

  static Duration parse(String text) {
    if (!isValid(text)) {
      throw new IllegalArgumentException("duration: " + text + " (expected: such as 30s)");
    }
    Duration sum = Duration.ZERO;
    Matcher part = PART.matcher(text);
    while (part.find()) {
      Duration unit = UNITS.getOrDefault(part.group(2), Duration.ZERO);
      sum = sum.plus(unit.multipliedBy(Long.parseLong(part.group(1))));
    }
    return sum;
  }
}
