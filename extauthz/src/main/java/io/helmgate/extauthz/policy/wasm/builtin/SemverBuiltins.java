package io.helmgate.extauthz.policy.wasm.builtin;

import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** {@code semver.*}: Semantic Versioning 2.0.0, a leading {@code v} allowed. */
final class SemverBuiltins {

  private static final Pattern VERSION =
      Pattern.compile(
          "v?(0|[1-9]\\d{0,18})\\.(0|[1-9]\\d{0,18})\\.(0|[1-9]\\d{0,18})"
              + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*+))?"
              + "(?:\\+[0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*+)?");

  private SemverBuiltins() {}

  static Map<String, Builtin> all() {
    return Map.of(
        "semver.compare", (context, operands) -> compare(operands),
        "semver.is_valid", (context, operands) -> isValid(operands));
  }

  /**
   * A version.
   *
   * @param numbers major, minor, patch
   * @param preRelease identifiers, empty for a release
   */
  private record Version(List<Long> numbers, List<String> preRelease) {}

  private static Term compare(List<Term> operands) {
    Version left = parse(Operands.text(operands, 0));
    Version right = parse(Operands.text(operands, 1));
    int order = Arrays.compare(left.numbers().toArray(Long[]::new), numbers(right));
    return Term.number(order == 0 ? comparePreRelease(left, right) : Integer.signum(order));
  }

  private static Long[] numbers(Version version) {
    return version.numbers().toArray(Long[]::new);
  }

  private static Term isValid(List<Term> operands) {
    if (!(operands.getFirst() instanceof Term.Text text)) {
      return Term.bool(false);
    }
    try {
      parse(text.value());
      return Term.bool(true);
    } catch (BuiltinError e) {
      return Term.bool(false);
    }
  }

  private static Version parse(String text) {
    Matcher matcher = VERSION.matcher(text);
    if (!matcher.matches()) {
      throw new BuiltinError("no semantic version: " + text);
    }
    List<String> preRelease =
        matcher.group(4) == null ? List.of() : List.of(matcher.group(4).split("\\."));
    if (preRelease.stream().anyMatch(part -> part.length() > 1 && hasLeadingZero(part))) {
      throw new BuiltinError("no semantic version: " + text);
    }
    try {
      return new Version(
          List.of(
              Long.valueOf(matcher.group(1)),
              Long.valueOf(matcher.group(2)),
              Long.valueOf(matcher.group(3))),
          preRelease);
    } catch (NumberFormatException e) {
      throw new BuiltinError("no semantic version: " + text);
    }
  }

  private static boolean hasLeadingZero(String part) {
    return part.startsWith("0") && isNumeric(part);
  }

  /** Section 11 of the specification; a release comes after its pre-releases. */
  private static int comparePreRelease(Version left, Version right) {
    List<String> a = left.preRelease();
    List<String> b = right.preRelease();
    if (a.isEmpty() || b.isEmpty()) {
      return Boolean.compare(a.isEmpty(), b.isEmpty());
    }
    for (int i = 0; i < Math.min(a.size(), b.size()); i++) {
      int order = compareIdentifiers(a.get(i), b.get(i));
      if (order != 0) {
        return Integer.signum(order);
      }
    }
    return Integer.compare(a.size(), b.size());
  }

  private static int compareIdentifiers(String a, String b) {
    if (isNumeric(a) != isNumeric(b)) {
      return isNumeric(a) ? -1 : 1;
    }
    if (isNumeric(a)) {
      int lengths = Integer.compare(a.length(), b.length());
      return lengths == 0 ? a.compareTo(b) : lengths;
    }
    return a.compareTo(b);
  }

  private static boolean isNumeric(String text) {
    return text.chars().allMatch(c -> c >= '0' && c <= '9');
  }
}
