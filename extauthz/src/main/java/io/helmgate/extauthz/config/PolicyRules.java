package io.helmgate.extauthz.config;

import io.helmgate.extauthz.keys.InvalidKeySetException;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.extauthz.policy.source.PolicySource;
import io.helmgate.kit.config.Problems;

/** Checks the keys that say where a policy is. */
final class PolicyRules {

  private PolicyRules() {}

  static void check(String path, ProfileConfig.PolicyKeys policy, Problems problems) {
    ProfileConfig.Bundle bundle = policy.bundle();
    if (bundle != null) {
      if (!policy.file().isEmpty()) {
        problems.add(path + ".bundle", "either file or bundle", path + ".file");
      }
      if (bundle.minDelay().isZero() || bundle.minDelay().compareTo(bundle.maxDelay()) > 0) {
        problems.add(path + ".bundle.min_delay", "more than 0s, and at most max_delay");
      }
    }
    ProfileConfig.Verification verification = policy.verification();
    if (verification != null) {
      if (bundle == null && !policy.file().endsWith(PolicySource.BUNDLE_SUFFIX)) {
        problems.add(path + ".verification", "a bundle to verify, in bundle or file");
      }
      try {
        LocalKeys.of(verification.keys().reveal());
      } catch (InvalidKeySetException e) {
        problems.add(path + ".verification.keys", "usable keys; " + e.getMessage());
      }
    }
  }
}
