package io.helmgate.extauthz.token;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * A token that was accepted.
 *
 * @param provider name of the provider that accepted it
 * @param header JOSE header
 * @param claims payload
 * @param identity user and groups; empty when the token names no user
 * @param headers what the upstream is told, by name of the header in lower case
 * @param strip where the token stands and must be taken away before the upstream sees the request
 */
public record VerifiedToken(
    String provider,
    ObjectNode header,
    ObjectNode claims,
    Optional<Identity> identity,
    Map<String, List<String>> headers,
    List<TokenSource> strip) {

  /** End of the year 9999, beyond which a time cannot be written as text. */
  private static final long LATEST = 253_402_300_799L;

  /** When it ends ({@code exp}); empty when it does not say. */
  public Optional<Instant> expiresAt() {
    return claims.path("exp").isNumber()
        ? Optional.of(Instant.ofEpochSecond(Math.min(claims.path("exp").asLong(), LATEST)))
        : Optional.empty();
  }

  VerifiedToken stripped(List<TokenSource> sources) {
    return new VerifiedToken(provider, header, claims, identity, headers, List.copyOf(sources));
  }
}
