package io.helmgate.extauthz.keys;

import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;

/** Keys written in the configuration. */
public final class LocalKeys implements KeySource {

  private static final int MAX_KEYS = 100;

  private final KeySet keys;

  private LocalKeys(KeySet keys) {
    this.keys = keys;
  }

  /**
   * Reads keys.
   *
   * @param text a JSON Web Key Set, a single JSON Web Key or PEM public keys
   * @throws InvalidKeySetException when a key in it cannot be used
   */
  public static LocalKeys of(String text) throws InvalidKeySetException {
    KeySet keys =
        new KeySetParser(KeySetParser.Secrets.IF_THEY_NAME_THEIR_ALGORITHM, MAX_KEYS)
            .parseAny(text);
    if (!keys.skipped().isEmpty()) {
      throw new InvalidKeySetException("unusable keys: " + keys.skipped());
    }
    return new LocalKeys(keys);
  }

  @Override
  public OptionalLong generation() {
    return OptionalLong.of(0);
  }

  @Override
  public KeyLookup find(String kid, String alg, Instant deadline) {
    List<VerificationKey> matching = keys.matching(kid, alg);
    return matching.isEmpty() ? new KeyLookup.Absent() : new KeyLookup.Found(matching);
  }
}
