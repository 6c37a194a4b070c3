package io.helmgate.extauthz.limits.rate;

import io.github.bucket4j.ConsumptionProbe;
import java.time.Duration;

/** What came of taking tokens out of a bucket. */
sealed interface Draw {

  /** Refill is by the minute, so no wait for a token is longer. */
  Duration WINDOW = Duration.ofMinutes(1);

  /**
   * They were there.
   *
   * @param capacity most tokens that the bucket holds, which is its limit per minute
   * @param remaining tokens left
   * @param untilFull when the bucket is full again if nothing more is taken
   */
  record Granted(long capacity, long remaining, Duration untilFull) implements Draw {}

  /**
   * They were not, and none was taken.
   *
   * @param capacity most tokens that the bucket holds
   * @param remaining tokens left, fewer than were asked for
   * @param untilFull when the bucket is full again if nothing is taken
   * @param retryAfter when as many will be there as were asked for; at most a minute
   */
  record Refused(long capacity, long remaining, Duration untilFull, Duration retryAfter)
      implements Draw {}

  static Draw of(ConsumptionProbe probe, long capacity) {
    long remaining = Math.clamp(probe.getRemainingTokens(), 0, capacity);
    Duration untilFull = bounded(probe.getNanosToWaitForReset());
    return probe.isConsumed()
        ? new Granted(capacity, remaining, untilFull)
        : new Refused(capacity, remaining, untilFull, bounded(probe.getNanosToWaitForRefill()));
  }

  private static Duration bounded(long nanos) {
    return Duration.ofNanos(Math.clamp(nanos, 0, WINDOW.toNanos()));
  }
}
