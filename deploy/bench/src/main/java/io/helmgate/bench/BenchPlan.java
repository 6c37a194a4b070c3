package io.helmgate.bench;

import java.time.Duration;

/**
 * How long everything takes.
 *
 * @param rounds how often each server has its turn
 * @param turn how long it is asked each time
 * @param warmUp how long it is asked at most before the first round, until it gets no faster
 * @param latencyTurn how long it is asked at a fixed rate, each time
 * @param latencyRounds how often that is
 * @param tokens how many distinct tokens are cached when memory is looked at
 * @param flat how long memory must not grow under load
 * @param iterations of JMH, before measuring and while measuring
 */
record BenchPlan(
    int rounds,
    Duration turn,
    Duration warmUp,
    Duration latencyTurn,
    int latencyRounds,
    int tokens,
    Duration flat,
    int iterations) {

  /** For figures. */
  static BenchPlan full() {
    return new BenchPlan(
        5,
        Duration.ofSeconds(4),
        Duration.ofSeconds(90),
        Duration.ofSeconds(10),
        3,
        10_000,
        Duration.ofMinutes(1),
        5);
  }

  /** To see that everything works. */
  static BenchPlan quick() {
    return new BenchPlan(
        1,
        Duration.ofSeconds(2),
        Duration.ofSeconds(4),
        Duration.ofSeconds(3),
        1,
        1_000,
        Duration.ofSeconds(10),
        2);
  }

  BenchPlan flat(Duration other) {
    return new BenchPlan(
        rounds, turn, warmUp, latencyTurn, latencyRounds, tokens, other, iterations);
  }

  BenchPlan rounds(int other) {
    return new BenchPlan(other, turn, warmUp, latencyTurn, latencyRounds, tokens, flat, iterations);
  }
}
