package io.helmgate.bench.load;

import io.helmgate.bench.result.Spread;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;
import java.util.function.ToDoubleFunction;

/** Runs several loads in turns, so that what disturbs the machine disturbs all of them. */
public final class Turns {

  private static final double MICROS = 1e6;
  private static final double STILL_FASTER = 1.05;

  private final H2load h2load;
  private final Consumer<String> progress;

  /**
   * One load and whom it keeps busy.
   *
   * @param servers ids of the processes that do the work
   */
  public record Trial(H2load.Load load, Collection<Long> servers) {

    public String name() {
      return load.name();
    }
  }

  /**
   * What one turn gave.
   *
   * @param perSecond answers per second
   * @param serverMicros processor time of the servers for one answer
   * @param serverCores how many processors the servers kept busy
   * @param clientCores how many h2load did
   */
  public record Sample(
      double perSecond, double serverMicros, double serverCores, double clientCores) {}

  /** Samples of each trial by its name, in the order of the rounds. */
  public record Samples(Map<String, List<Sample>> byName) {

    /** A value of all rounds. */
    public Spread of(String name, ToDoubleFunction<Sample> value) {
      return Spread.of(values(name, value));
    }

    /** How many times as many answers one gave as another in the same round. */
    public Spread ratio(String name, String reference) {
      return Spread.ofRatios(values(name, Sample::perSecond), values(reference, Sample::perSecond));
    }

    private List<Double> values(String name, ToDoubleFunction<Sample> value) {
      return byName.getOrDefault(name, List.of()).stream().mapToDouble(value).boxed().toList();
    }
  }

  /**
   * Makes an empty table of turns.
   *
   * @param progress is told of each turn
   */
  public Turns(H2load h2load, Consumer<String> progress) {
    this.h2load = h2load;
    this.progress = progress;
  }

  /**
   * Runs them all.
   *
   * @param warmUp longest time for each trial before the first round
   * @param each for each trial in each round
   */
  public Samples run(List<Trial> trials, Duration warmUp, int rounds, Duration each) {
    for (Trial trial : trials) {
      warm(trial, warmUp, each);
    }
    Map<String, List<Sample>> samples = new LinkedHashMap<>();
    for (int round = 1; round <= rounds; round++) {
      // The order changes, since each one finds the machine as the one before left it.
      for (Trial trial : round % 2 == 1 ? trials : trials.reversed()) {
        Sample sample = run(trial, each);
        show("round " + round + "/" + rounds, trial, sample);
        samples.computeIfAbsent(trial.name(), _ -> new ArrayList<>()).add(sample);
      }
    }
    return new Samples(samples);
  }

  /**
   * Asks until the server gets no faster: how long its code takes to be compiled depends on what
   * else the machine does.
   *
   * @param atMost longest time
   * @param each time between two looks
   */
  public void warm(Trial trial, Duration atMost, Duration each) {
    double best = 0;
    int steady = 0;
    for (Duration left = atMost; left.isPositive() && steady < 2; left = left.minus(each)) {
      Sample sample = run(trial, each);
      show("warm-up", trial, sample);
      steady = sample.perSecond() < best * STILL_FASTER ? steady + 1 : 0;
      best = Math.max(best, sample.perSecond());
    }
  }

  private void show(String phase, Trial trial, Sample sample) {
    progress.accept(
        "%s, %s: %,.0f/s, server %.0f µs each and %.2f cores, client %.2f cores"
            .formatted(
                phase,
                trial.name(),
                sample.perSecond(),
                sample.serverMicros(),
                sample.serverCores(),
                sample.clientCores()));
  }

  private Sample run(Trial trial, Duration time) {
    Duration serverBefore = CpuTime.of(trial.servers());
    Duration clientBefore = CpuTime.ofEndedChildren();
    H2load.Rate rate = h2load.run(trial.load(), time);
    double server = seconds(CpuTime.of(trial.servers()).minus(serverBefore));
    double client = seconds(CpuTime.ofEndedChildren().minus(clientBefore));
    double seconds = rate.answers() / rate.perSecond();
    return new Sample(
        rate.perSecond(), server * MICROS / rate.answers(), server / seconds, client / seconds);
  }

  private static double seconds(Duration time) {
    return time.toNanos() / 1e9;
  }
}
