package io.helmgate.extauthz.token;

import io.helmgate.extauthz.keys.KeyLookup;
import io.helmgate.extauthz.keys.SignatureCheck;
import io.helmgate.extauthz.keys.VerificationKey;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * Checks tokens for one provider, in Envoy's order: form, issuer, times, audience, key, signature.
 * A token that is expired as well as forged is called expired, and no key is fetched for it.
 */
final class TokenVerifier {

  private final Provider provider;
  private final Audiences audiences;
  private final SubjectRules subjects;
  private final InstantSource clock;

  TokenVerifier(Provider provider, InstantSource clock) {
    this.provider = provider;
    this.audiences = new Audiences(provider.claims().audiences());
    this.subjects = new SubjectRules(provider.claims().subjects());
    this.clock = clock;
  }

  Provider provider() {
    return provider;
  }

  Authentication verify(String token, Instant deadline) {
    return switch (Jwt.parse(token)) {
      case Jwt.Parsing.Malformed(TokenFailure failure) -> new Authentication.Rejected(failure);
      case Jwt.Parsing.Parsed(Jwt jwt) -> {
        TokenFailure failure = claimsFailure(jwt);
        yield failure == null
            ? verifySignature(jwt, deadline)
            : new Authentication.Rejected(failure);
      }
    };
  }

  private @Nullable TokenFailure claimsFailure(Jwt jwt) {
    Provider.ClaimRules rules = provider.claims();
    if (!rules.issuer().isEmpty() && !rules.issuer().equals(jwt.issuer())) {
      return TokenFailure.ISSUER;
    }
    if (!rules.algorithms().isEmpty() && !rules.algorithms().contains(jwt.algorithm())) {
      return TokenFailure.HEADER_ALG_UNSUPPORTED;
    }
    if (!rules.typ().isEmpty() && !rules.typ().equalsIgnoreCase(jwt.typ())) {
      return TokenFailure.SIGNATURE;
    }
    if (!subjects.accept(jwt.subject())) {
      return TokenFailure.SIGNATURE;
    }
    TokenFailure time = timeFailure(jwt);
    if (time != null) {
      return time;
    }
    return audiences.accept(jwt.audiences()) ? null : TokenFailure.AUDIENCE;
  }

  /** Where Envoy 1.40 has no text of its own, it says that the verification fails. */
  private @Nullable TokenFailure timeFailure(Jwt jwt) {
    Provider.ClaimRules rules = provider.claims();
    long now = clock.instant().getEpochSecond();
    long skew = rules.clockSkew().toSeconds();
    OptionalLong expires = jwt.seconds("exp");
    boolean tooLong =
        rules.maxLifetime().isPresent()
            && (expires.isEmpty()
                || expires.getAsLong() - now > rules.maxLifetime().get().toSeconds());
    if (tooLong) {
      return TokenFailure.SIGNATURE;
    }
    OptionalLong notBefore = jwt.seconds("nbf");
    if (notBefore.isPresent() && now + skew < notBefore.getAsLong()) {
      return TokenFailure.NOT_YET_VALID;
    }
    if (expires.isPresent() && now - skew > expires.getAsLong()) {
      return TokenFailure.EXPIRED;
    }
    return expires.isEmpty() && rules.requireExpiration() ? TokenFailure.SIGNATURE : null;
  }

  private Authentication verifySignature(Jwt jwt, Instant deadline) {
    return switch (provider.keys().find(jwt.kid(), jwt.algorithm(), deadline)) {
      case KeyLookup.Absent() -> new Authentication.Rejected(TokenFailure.NO_KEY);
      case KeyLookup.Unavailable unavailable ->
          new Authentication.KeysUnavailable(unavailable.problem(), unavailable.retryAfter());
      case KeyLookup.Found(List<VerificationKey> keys) -> verifySignature(jwt, keys);
    };
  }

  private Authentication verifySignature(Jwt jwt, List<VerificationKey> keys) {
    if (jwt.critical()) {
      return new Authentication.Rejected(TokenFailure.SIGNATURE);
    }
    for (VerificationKey key : keys) {
      switch (key.check(jwt.algorithm(), jwt.signed(), jwt.signature())) {
        case SignatureCheck.GOOD -> {
          return accepted(jwt);
        }
        case SignatureCheck.WRONG_LENGTH -> {
          return new Authentication.Rejected(TokenFailure.SIGNATURE_LENGTH);
        }
        case SignatureCheck.BAD -> {}
      }
    }
    return new Authentication.Rejected(TokenFailure.SIGNATURE);
  }

  private Authentication accepted(Jwt jwt) {
    return switch (provider.identity().read(jwt.claims())) {
      case IdentityRules.Reading.Refused(String problem) -> new Authentication.NameRefused(problem);
      case IdentityRules.Reading.Nameless() -> accepted(jwt, Optional.empty());
      case IdentityRules.Reading.Named(Identity identity) -> accepted(jwt, Optional.of(identity));
    };
  }

  private Authentication accepted(Jwt jwt, Optional<Identity> identity) {
    return switch (ClaimHeaders.read(provider.headers(), jwt.claims())) {
      case ClaimHeaders.Reading.Refused(String problem) -> new Authentication.ClaimRefused(problem);
      case ClaimHeaders.Reading.Read(Map<String, List<String>> headers) ->
          new Authentication.Authenticated(
              new VerifiedToken(
                  provider.name(), jwt.header(), jwt.claims(), identity, headers, List.of()));
    };
  }
}
