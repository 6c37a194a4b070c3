package io.helmgate.bench.deployer;

import io.helmgate.bench.result.Measure;
import io.helmgate.bench.result.Measure.Goal;
import io.helmgate.bench.result.Report;
import io.helmgate.bench.result.Spread;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/** Two ways to the same, timed in turns, so that whatever disturbs the machine disturbs both. */
final class SideBySide {
  private static final double MILLIS = 1_000_000;

  private final int warmUp;
  private final int rounds;

  /**
   * @param warmUp turns of ours before it counts
   */
  SideBySide(int warmUp, int rounds) {
    this.warmUp = warmUp;
    this.rounds = rounds;
  }

  /** One way. */
  interface Way {
    void go(int round) throws IOException, InterruptedException;
  }

  /**
   * Times both.
   *
   * @param goal of the ratio of the helm program's time to ours
   * @return our times, ms
   */
  Spread measure(String what, Way helm, Way ours, Goal goal, Report report)
      throws IOException, InterruptedException {
    for (int round = -warmUp; round < 0; round++) {
      ours.go(round);
    }
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
