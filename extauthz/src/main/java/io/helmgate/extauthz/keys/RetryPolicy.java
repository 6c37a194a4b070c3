package io.helmgate.extauthz.keys;

import java.time.Duration;

/**
 * How a failed fetch is tried again at once.
 *
 * @param retries attempts after the first one
 * @param baseInterval longest wait before the first of them, doubled each time
 * @param maxInterval longest wait before any of them
 */
public record RetryPolicy(int retries, Duration baseInterval, Duration maxInterval) {

  /** No attempt but the first. */
  public static final RetryPolicy NONE = new RetryPolicy(0, Duration.ZERO, Duration.ZERO);

  private static final int MOST_DOUBLINGS = 20;

  /**
   * The longest wait before an attempt.
   *
   * @param retry 0 for the first one after a failure
   */
  Duration interval(int retry) {
    Duration doubled = baseInterval.multipliedBy(1L << Math.min(retry, MOST_DOUBLINGS));
    return doubled.compareTo(maxInterval) < 0 ? doubled : maxInterval;
  }
}
