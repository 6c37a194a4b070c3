package io.helmgate.extauthz.keys;

import java.time.Instant;
import java.util.Optional;

/** Keeps a key set over a restart. Nothing here throws: without snapshot the keys are fetched. */
interface KeySnapshot {

  /** Keeps nothing. */
  KeySnapshot NONE =
      new KeySnapshot() {
        @Override
        public Optional<Saved> load() {
          return Optional.empty();
        }

        @Override
        public void save(Saved saved) {}
      };

  /**
   * A key set as it was published.
   *
   * @param keySet its text
   */
  @SuppressWarnings("ArrayRecordComponent") // Never compared, never changed.
  record Saved(Instant fetchedAt, byte[] keySet) {}

  Optional<Saved> load();

  void save(Saved saved);
}
