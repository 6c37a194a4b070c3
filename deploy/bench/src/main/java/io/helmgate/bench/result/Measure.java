package io.helmgate.bench.result;

import org.jspecify.annotations.Nullable;

/**
 * One figure.
 *
 * @param name what was measured
 * @param spread over the rounds
 * @param unit such as {@code ratio} or {@code µs}
 * @param goal what it should be; absent when it is only shown for orientation
 */
public record Measure(String name, Spread spread, String unit, @Nullable Goal goal) {

  /**
   * A bound for the median.
   *
   * @param atLeast whether the bound is the least or the most
   */
  public record Goal(boolean atLeast, double bound) {

    public static Goal atLeast(double bound) {
      return new Goal(true, bound);
    }

    public static Goal atMost(double bound) {
      return new Goal(false, bound);
    }

    boolean met(Spread spread) {
      return atLeast ? spread.median() >= bound : spread.median() <= bound;
    }

    @Override
    public String toString() {
      return (atLeast ? "at least " : "at most ") + Spread.text(bound);
    }
  }

  /** A figure for orientation. */
  public static Measure shown(String name, Spread spread, String unit) {
    return new Measure(name, spread, unit, null);
  }

  /** A figure with a goal. */
  public static Measure aimed(String name, Spread spread, String unit, Goal goal) {
    return new Measure(name, spread, unit, goal);
  }

  /** Whether the goal is met; absent without one. */
  public @Nullable Boolean met() {
    return goal == null ? null : goal.met(spread);
  }
}
