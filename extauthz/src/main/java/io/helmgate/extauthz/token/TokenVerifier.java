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
  private final TokenCache.Part cache;
  private final InstantSource clock;

  TokenVerifier(Provider provider, TokenCache cache, InstantSource clock) {
    this.provider = provider;
    this.audiences = new Audiences(provider.claims().audiences());
    this.subjects = new SubjectRules(provider.claims().subjects());
    this.cache = cache.part();
    this.clock = clock;
  }

  Provider provider() {
    return provider;
  }

  Authentication verify(String token, Instant deadline) {
    OptionalLong generation = provider.keys().generation();
    if (generation.isEmpty()) {
      // What keys that are gone have vouched for counts no more.
      cache.flush();
      return verify(token, Optional.empty(), deadline);
    }
    Optional<TokenCache.Place> place = cache.place(token, generation.getAsLong());
    return place
        .flatMap(TokenCache.Place::genuine)
        .map(known -> stillGood(known, place.get()))
        .orElseGet(() -> verify(token, place, deadline));
  }

  private Authentication stillGood(TokenCache.Genuine known, TokenCache.Place place) {
    TokenFailure failure = claimsFailure(known.jwt());
    if (failure == null) {
      return known.outcome();
    }
    place.forget();
    return new Authentication.Rejected(failure);
  }

  private Authentication verify(String token, Optional<TokenCache.Place> place, Instant deadline) {
    return switch (Jwt.parse(token)) {
      case Jwt.Parsing.Malformed(TokenFailure failure) -> new Authentication.Rejected(failure);
      case Jwt.Parsing.Parsed(Jwt jwt) -> {
        TokenFailure failure = claimsFailure(jwt);
        if (failure == null) {
          failure = place.flatMap(TokenCache.Place::forged).orElse(null);
        }
        yield failure == null
            ? remember(jwt, place, verifySignature(jwt, deadline))
            : new Authentication.Rejected(failure);
      }
    };
  }

  /** Notes what only the signature could tell; an unknown key may be known in a moment. */
  private static Authentication remember(
      Jwt jwt, Optional<TokenCache.Place> place, Authentication outcome) {
    switch (outcome) {
      case Authentication.Authenticated _,
          Authentication.NameRefused _,
          Authentication.ClaimRefused _ ->
          place.ifPresent(there -> there.genuine(new TokenCache.Genuine(jwt, outcome)));
      case Authentication.Rejected(TokenFailure failure) -> {
        if (failure == TokenFailure.SIGNATURE || failure == TokenFailure.SIGNATURE_LENGTH) {
          place.ifPresent(there -> there.forged(failure));
        }
      }
      case Authentication.Anonymous _, Authentication.KeysUnavailable _ -> {}
    }
    return outcome;
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
    TokenFailure time = timeFailure(jwt);
    if (time != null) {
      return time;
    }
    if (!audiences.accept(jwt.audiences())) {
      return TokenFailure.AUDIENCE;
    }
    // For these Envoy 1.40 has no text of its own.
    boolean kept = subjects.accept(jwt.subject()) && expiryKept(jwt);
    return kept ? null : TokenFailure.SIGNATURE;
  }

  private @Nullable TokenFailure timeFailure(Jwt jwt) {
    long now = clock.instant().getEpochSecond();
    long skew = provider.claims().clockSkew().toSeconds();
    OptionalLong notBefore = jwt.seconds("nbf");
    if (notBefore.isPresent() && now + skew < notBefore.getAsLong()) {
      return TokenFailure.NOT_YET_VALID;
    }
    OptionalLong expires = jwt.seconds("exp");
    return expires.isPresent() && now - skew > expires.getAsLong() ? TokenFailure.EXPIRED : null;
  }

  private boolean expiryKept(Jwt jwt) {
    Provider.ClaimRules rules = provider.claims();
    OptionalLong expires = jwt.seconds("exp");
    if (expires.isEmpty()) {
      return !rules.requireExpiration() && rules.maxLifetime().isEmpty();
    }
    long left = expires.getAsLong() - clock.instant().getEpochSecond();
    return rules.maxLifetime().filter(most -> left > most.toSeconds()).isEmpty();
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
