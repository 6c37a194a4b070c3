package io.helmgate.bench.deployer;

import io.helmgate.bench.result.Measure;
import io.helmgate.bench.result.Measure.Goal;
import io.helmgate.bench.result.Report;
import io.helmgate.bench.result.Spread;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Two ways to the same, timed in turns, so that whatever disturbs the machine disturbs both. */
final class SideBySide {
  private static final double MILLIS = 1_000_000;

  private final Duration warmUp;
  private final int rounds;

  /**
   * @param warmUp how long each way of a service is gone before its time counts: it runs for long,
   *     and its code is compiled as it is used
   */
  SideBySide(Duration warmUp, int rounds) {
    this.warmUp = warmUp;
    this.rounds = rounds;
  }

  /** One way. */
  interface Way {
    void go(int round) throws IOException, InterruptedException;
  }

  /**
   * Goes ways of ours alone, with rounds that are negative.
   *
   * @param ways that a turn consists of
   */
  void warm(int ways, Way ours) throws IOException, InterruptedException {
    long end = System.nanoTime() + warmUp.multipliedBy(ways).toNanos();
    for (int round = -1; System.nanoTime() - end < 0; round--) {
      ours.go(round);
    }
  }

  /**
   * Times both.
   *
   * @param goal of the ratio of the helm program's time to ours
   * @return our times, ms
   */
  Spread measure(String what, Way helm, Way ours, Goal goal, Report report)
      throws IOException, InterruptedException {
    List<Double> helmTimes = new ArrayList<>();
    List<Double> ourTimes = new ArrayList<>();
    for (int round = 0; round < rounds; round++) {
      boolean helmFirst = round % 2 == 0;
      if (helmFirst) {
        helmTimes.add(time(helm, round));
      }
      ourTimes.add(time(ours, round));
      if (!helmFirst) {
        helmTimes.add(time(helm, round));
      }
    }
    report.add(
        Measure.aimed(
            what + ", helm ÷ deployer", Spread.ofRatios(helmTimes, ourTimes), "ratio", goal));
    report.add(Measure.shown(what + ", helm", Spread.of(helmTimes), "ms"));
    Spread ourSpread = Spread.of(ourTimes);
    report.add(Measure.shown(what + ", deployer", ourSpread, "ms"));
    return ourSpread;
  }

  private static double time(Way way, int round) throws IOException, InterruptedException {
    long start = System.nanoTime();
    way.go(round);
    return (System.nanoTime() - start) / MILLIS;
  }
}
