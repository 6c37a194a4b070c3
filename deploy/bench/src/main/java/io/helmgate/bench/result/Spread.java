package io.helmgate.bench.result;

import java.util.Arrays;
import java.util.List;
import java.util.Locale;

/**
 * What several rounds gave.
 *
 * @param median half of them are below
 * @param lowest the least
 * @param highest the most
 */
public record Spread(double median, double lowest, double highest) {

  /**
   * Of several values.
   *
   * @param values at least one
   */
  public static Spread of(List<Double> values) {
    double[] sorted = values.stream().mapToDouble(Double::doubleValue).sorted().toArray();
    if (sorted.length == 0) {
      throw new IllegalArgumentException("values: none (expected: one for each round)");
    }
    int middle = sorted.length / 2;
    double median =
        sorted.length % 2 == 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
    return new Spread(median, sorted[0], Arrays.stream(sorted).max().orElseThrow());
  }

  /** Of the ratios of values that were measured side by side. */
  public static Spread ofRatios(List<Double> values, List<Double> references) {
    Double[] ratios = new Double[values.size()];
    Arrays.setAll(ratios, round -> values.get(round) / references.get(round));
    return of(List.of(ratios));
  }

  @Override
  public String toString() {
    return lowest == highest ? text(median) : text(lowest) + " … " + text(highest);
  }

  /** Three digits that count. */
  static String text(double value) {
    double size = Math.abs(value);
    int digits = size >= 100 ? 0 : size >= 10 ? 1 : 2;
    return String.format(Locale.ROOT, "%,." + digits + "f", value);
  }
}
