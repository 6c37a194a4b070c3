package io.helmgate.extauthz.config;

import io.helmgate.extauthz.keys.InvalidKeySetException;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.extauthz.policy.source.PolicySource;
import io.helmgate.extauthz.policy.source.RegoQuery;
import io.helmgate.kit.config.Problems;
import java.time.Duration;

/** Checks the keys that say where a policy is. */
final class PolicyRules {

  private PolicyRules() {}

  /**
   * Checks them.
   *
   * @param stageDeadline time of a whole decision
   */
  static void check(
      String path, ProfileConfig.PolicyKeys policy, Duration stageDeadline, Problems problems) {
    ProfileConfig.RemoteOpa remote = policy.remote();
    if (remote != null) {
      if (!policy.file().isEmpty() || policy.bundle() != null) {
        problems.add(path + ".remote", "one of file, bundle and remote");
      }
      if (remote.timeout().compareTo(stageDeadline) >= 0) {
        problems.add(
            path + ".remote.timeout", "less than stage_deadline", "extauthz.stage_deadline");
      }
    }
    ProfileConfig.ShadowPolicy shadow = policy.shadow();
    if (shadow != null) {
      if (!shadow.keys().hasSource()) {
        problems.add(path + ".shadow", "a file or a bundle");
      }
      source(path + ".shadow", shadow.keys(), problems);
    }
    source(path, policy, problems);
  }

  private static void source(String path, ProfileConfig.PolicyKeys policy, Problems problems) {
    if (!policy.query().isEmpty() && RegoQuery.parse(policy.query()).isEmpty()) {
      problems.add(path + ".query", "a ground reference such as data.helmgate.authz.allow");
    }
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
