package io.helmgate.extauthz.keys;

import java.util.List;

/**
 * The usable keys of one provider at one time.
 *
 * @param keys in the order of publication
 * @param skipped what was left out and why, for the log
 */
record KeySet(List<VerificationKey> keys, List<String> skipped) {

  /** Whether both sets have the same keys, so that they accept the same signatures. */
  boolean sameKeys(KeySet other) {
    return keys.stream()
        .map(VerificationKey::identity)
        .toList()
        .equals(other.keys().stream().map(VerificationKey::identity).toList());
  }

  /** The keys that may have signed a token that says this. */
  List<VerificationKey> matching(String kid, String alg) {
    return keys.stream().filter(key -> key.matches(kid, alg)).toList();
  }
}
