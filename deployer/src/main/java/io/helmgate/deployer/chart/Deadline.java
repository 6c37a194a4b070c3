package io.helmgate.deployer.chart;

import java.time.Duration;

/**
 * When several requests must be done.
 *
 * @param nanoTime on the clock of {@link System#nanoTime}
 */
record Deadline(long nanoTime) {
  static Deadline in(Duration time) {
    return new Deadline(System.nanoTime() + time.toNanos());
  }

  /** What is left; not positive when it has passed. */
  Duration left() {
    return Duration.ofNanos(nanoTime - System.nanoTime());
  }
}
