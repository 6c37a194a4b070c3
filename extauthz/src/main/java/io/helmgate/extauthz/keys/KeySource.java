package io.helmgate.extauthz.keys;

import java.time.Instant;
import java.util.OptionalLong;

/** Where a provider's keys come from. Implementations are safe for use by many threads. */
public sealed interface KeySource permits LocalKeys, RemoteKeys {

  /**
   * Which keys are in use: another number whenever they change; empty while none may be used.
   * Without blocking.
   */
  OptionalLong generation();

  /**
   * Finds the keys that may have signed a token; may block until the deadline.
   *
   * @param kid the token's key id; empty when it has none
   * @param alg the token's algorithm
   * @param deadline when to give up
   */
  KeyLookup find(String kid, String alg, Instant deadline);
}
