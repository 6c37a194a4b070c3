package io.helmgate.extauthz.token;

import io.helmgate.extauthz.keys.KeySource;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * An identity provider whose tokens a profile accepts.
 *
 * @param name name in the configuration
 * @param claims what a token must claim
 * @param sources where a token may stand
 * @param forwardToken whether the upstream sees the token
 * @param headers which claims the upstream is told in headers
 * @param identity which claims name user and groups
 * @param keys the provider's public keys
 */
public record Provider(
    String name,
    ClaimRules claims,
    List<TokenSource> sources,
    boolean forwardToken,
    List<ClaimHeader> headers,
    IdentityRules identity,
    KeySource keys) {

  /**
   * What a token must claim.
   *
   * @param issuer exact {@code iss}; empty means any
   * @param audiences of which {@code aud} must have one; empty means any
   * @param algorithms accepted algorithms; empty means all that are supported
   * @param clockSkew by how much clocks may differ
   * @param requireExpiration whether a token without {@code exp} is refused
   * @param maxLifetime how long a token may still be valid, and that it must end
   * @param subjects of which {@code sub} must be one, a star standing for any text; empty means any
   * @param typ the header {@code typ} (RFC 7515 §4.1.9); empty means any
   */
  public record ClaimRules(
      String issuer,
      List<String> audiences,
      Set<String> algorithms,
      Duration clockSkew,
      boolean requireExpiration,
      Optional<Duration> maxLifetime,
      List<String> subjects,
      String typ) {}
}
