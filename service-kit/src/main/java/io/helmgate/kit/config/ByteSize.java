package io.helmgate.kit.config;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * An amount of memory or data, written {@code 512B}, {@code 64KiB}, {@code 1MiB} or {@code 2GiB}
 * (IEC 80000-13 units).
 *
 * @param bytes the amount, at least 0
 */
public record ByteSize(long bytes) {
  private static final Pattern FORM = Pattern.compile("([0-9]{1,12})(B|KiB|MiB|GiB)");
  private static final Map<String, Long> UNITS =
      Map.of("B", 1L, "KiB", 1L << 10, "MiB", 1L << 20, "GiB", 1L << 30);

  /**
   * Reads the text form.
   *
   * @throws IllegalArgumentException when the text has another form or exceeds 2^63 bytes
   */
  public static ByteSize parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      throw new IllegalArgumentException("size: " + text + " (expected: such as 1MiB)");
    }
    try {
      return new ByteSize(
          Math.multiplyExact(Long.parseLong(form.group(1)), UNITS.getOrDefault(form.group(2), 1L)));
    } catch (ArithmeticException e) {
      throw new IllegalArgumentException("size: " + text + " (expected: less than 8 EiB)", e);
    }
  }

  /** The amount as an {@code int}, for APIs that count so; at most {@link Integer#MAX_VALUE}. */
  public int toInt() {
    return (int) Math.min(bytes, Integer.MAX_VALUE);
  }

  @Override
  public String toString() {
    return bytes + "B";
  }
}
