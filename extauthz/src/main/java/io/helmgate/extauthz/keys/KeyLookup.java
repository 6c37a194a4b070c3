package io.helmgate.extauthz.keys;

import java.time.Duration;
import java.util.List;

/** What is known of a token's key. */
public sealed interface KeyLookup {

  /** These keys may have signed it, at least one. */
  record Found(List<VerificationKey> keys) implements KeyLookup {}

  /** The provider was asked after the token came and does not publish such a key. */
  record Absent() implements KeyLookup {}

  /**
   * Nobody can tell: the provider's keys could not be had in time.
   *
   * @param problem what happened, for the log
   * @param retryAfter when another attempt may help
   */
  record Unavailable(String problem, Duration retryAfter) implements KeyLookup {}
}
