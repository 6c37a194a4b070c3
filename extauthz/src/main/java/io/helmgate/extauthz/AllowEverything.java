package io.helmgate.extauthz;

import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.PolicyEffects;
import io.helmgate.extauthz.policy.PolicyOutcome;

/** Stands where {@code allow_insecure} accepts that there is no policy. */
final class AllowEverything implements Policy {

  @Override
  public PolicyOutcome decide(byte[] inputJsonUtf8) {
    return new PolicyOutcome.Allowed(PolicyEffects.none());
  }

  @Override
  public Selection reads() {
    return Selection.none();
  }

  @Override
  public String revision() {
    return "none";
  }
}
