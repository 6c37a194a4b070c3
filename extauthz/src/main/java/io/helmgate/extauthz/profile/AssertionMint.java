package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.token.Identity;
import java.time.Instant;
import java.util.Optional;

/** Makes the signed statement by which an upstream learns who calls and what was allowed. */
public interface AssertionMint {

  /**
   * What is wrong with the caller's names, so that they cannot be asserted; empty when nothing is.
   */
  Optional<String> problem(Identity caller);

  /**
   * Makes one.
   *
   * @param tokenExpiresAt end of the caller's token; empty when it has none
   * @param decisionId id of the decision that allowed the request
   * @param callDigest digest over the decoded calls; empty when they were not decoded
   * @return the compact JWS
   */
  String mint(
      Identity caller,
      Optional<Instant> tokenExpiresAt,
      String decisionId,
      Optional<String> callDigest);
}
