package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.decision.HiddenValue;
import java.util.Optional;

/** Where secrets are found that a policy lets an upstream have. */
@FunctionalInterface
public interface SecretSource {

  /** The value of a header; empty when there is no secret of that name. */
  Optional<HiddenValue> find(String name);
}
