package io.helmgate.extauthz.keys;

import java.util.List;

/**
 * The usable keys of one provider at one time.
 *
 * @param keys in the order of publication
 * @param skipped what was left out and why, for the log
 */
record KeySet(List<VerificationKey> keys, List<String> skipped) {

  /** The keys that may have signed a token that says this. */
  List<VerificationKey> matching(String kid, String alg) {
    return keys.stream().filter(key -> key.matches(kid, alg)).toList();
  }
}
