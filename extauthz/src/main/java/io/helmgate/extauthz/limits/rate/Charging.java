package io.helmgate.extauthz.limits.rate;

import java.time.Duration;

/** What came of counting calls. */
public sealed interface Charging {

  /** Within all limits. */
  record Within() implements Charging {}

  /**
   * Beyond one.
   *
   * @param quota which one
   * @param retryAfter when another attempt may succeed
   */
  record Exceeded(Quota quota, Duration retryAfter) implements Charging {}
}
