package io.helmgate.deployer.chart;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A chart's version in the order of SemVer 2, paragraph 11. As Helm does, it takes {@code v1.2} for
 * {@code 1.2.0}, and numbers of any size, since charts use times as numbers, which Java's SemVer
 * libraries cannot hold.
 *
 * @param numbers major, minor, patch
 * @param preRelease its identifiers; empty for a stable version
 */
record ChartVersion(List<BigInteger> numbers, List<String> preRelease)
    implements Comparable<ChartVersion> {
  private static final Pattern FORM =
      Pattern.compile(
          "v?([0-9]{1,20})(?:\\.([0-9]{1,20}))?(?:\\.([0-9]{1,20}))?"
              + "(?:-([0-9A-Za-z-]+(?:\\.[0-9A-Za-z-]+)*))?(?:\\+[0-9A-Za-z.-]+)?");
  private static final Pattern NUMBER = Pattern.compile("[0-9]{1,20}");

  static Optional<ChartVersion> parse(String text) {
    Matcher form = FORM.matcher(text);
    if (!form.matches()) {
      return Optional.empty();
    }
    String preRelease = form.group(4);
    return Optional.of(
        new ChartVersion(
            List.of(number(form, 1), number(form, 2), number(form, 3)),
            preRelease == null ? List.of() : List.of(preRelease.split("\\.", -1))));
  }

  boolean stable() {
    return preRelease.isEmpty();
  }

  @Override
  public int compareTo(ChartVersion other) {
    for (int i = 0; i < numbers.size(); i++) {
      int order = numbers.get(i).compareTo(other.numbers.get(i));
      if (order != 0) {
        return order;
      }
    }
    if (stable() || other.stable()) {
      return Boolean.compare(stable(), other.stable());
    }
    int common = Math.min(preRelease.size(), other.preRelease.size());
    for (int i = 0; i < common; i++) {
      int order = compare(preRelease.get(i), other.preRelease.get(i));
      if (order != 0) {
        return order;
      }
    }
    return Integer.compare(preRelease.size(), other.preRelease.size());
  }

  /** Numbers come before words. */
  private static int compare(String a, String b) {
    boolean aNumber = NUMBER.matcher(a).matches();
    boolean bNumber = NUMBER.matcher(b).matches();
    if (aNumber && bNumber) {
      return new BigInteger(a).compareTo(new BigInteger(b));
    }
    return aNumber == bNumber ? a.compareTo(b) : Boolean.compare(bNumber, aNumber);
  }

  private static BigInteger number(Matcher form, int group) {
    String digits = form.group(group);
    return digits == null ? BigInteger.ZERO : new BigInteger(digits);
  }
}
