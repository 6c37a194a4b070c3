package io.helmgate.extauthz;

import io.helmgate.extauthz.config.ProfileConfig.Binding;
import io.helmgate.extauthz.profile.AssertionMint;
import io.helmgate.extauthz.token.Identity;
import io.helmgate.kit.assertion.AssertionSigner;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/** Signs assertions for the upstream of one profile. */
final class SignedAssertions implements AssertionMint {

  private final AssertionSigner signer;
  private final Binding binding;
  private final String audience;

  SignedAssertions(AssertionSigner signer, Binding binding, String audience) {
    this.signer = signer;
    this.binding = binding;
    this.audience = audience;
  }

  @Override
  public Optional<String> problem(Identity caller) {
    return Stream.concat(Stream.of(caller.user()), caller.groups().stream())
        .map(AssertionSigner::problemOf)
        .flatMap(Optional::stream)
        .findFirst();
  }

  @Override
  public String mint(
      Identity caller,
      Optional<Instant> tokenExpiresAt,
      String decisionId,
      Optional<String> callDigest) {
    Optional<String> bound =
        switch (binding) {
          case CALL -> callDigest;
          case TOKEN -> Optional.empty();
        };
    return signer.sign(caller.user(), caller.groups(), audience, decisionId, bound, tokenExpiresAt);
  }
}
