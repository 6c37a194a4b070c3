package io.helmgate.extauthz.keys;

import java.time.Duration;

/** Is told about fetches of key sets. */
@FunctionalInterface
public interface KeySetObserver {

  /**
   * A fetch has ended.
   *
   * @param status how the set stands now; has a problem when the fetch failed
   * @param took time of the fetch
   */
  void fetched(KeySetStatus status, Duration took);
}
