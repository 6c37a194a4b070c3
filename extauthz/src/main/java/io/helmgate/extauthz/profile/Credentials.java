package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.token.TokenSource;
import io.helmgate.extauthz.token.VerifiedToken;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * What the caller's token means for the request that goes on.
 *
 * @param strip where the token stands and must be taken away
 * @param headers claims that the upstream is told, by name of the header in lower case
 * @param reserved all headers that claims may be told in: nobody else may set them
 */
record Credentials(
    List<TokenSource> strip, Map<String, List<String>> headers, Set<String> reserved) {

  static Credentials of(Optional<VerifiedToken> token, Set<String> reserved) {
    return new Credentials(
        token.map(VerifiedToken::strip).orElse(List.of()),
        token.map(VerifiedToken::headers).orElse(Map.of()),
        reserved);
  }
}
