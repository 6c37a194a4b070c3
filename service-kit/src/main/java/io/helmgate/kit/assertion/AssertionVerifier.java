package io.helmgate.kit.assertion;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Verifies assertions: issuer, audience, type and algorithm are pinned, times checked, names that
 * are Kubernetes' own refused. Thread-safe.
 */
public final class AssertionVerifier {

  private static final Logger LOG = LoggerFactory.getLogger(AssertionVerifier.class);
  // Between the clocks of two machines.
  private static final Duration SKEW = Duration.ofSeconds(5);
  private static final int MAX_LENGTH = 32 * 1024;

  private final String issuer;
  private final String audience;
  private final Supplier<JWKSet> publicKeys;
  private final Clock clock;
  private volatile Known known = new Known(new JWKSet(), Map.of());

  /** A key that verifies, with the only header that it takes. */
  private record Key(JWK jwk, JWSVerifier verifier) {}

  private record Known(JWKSet set, Map<String, Key> keys) {}

  /** Carries a reason out of the checks. */
  private static final class RejectedException extends Exception {
    private static final long serialVersionUID = 1L;

    RejectedException(String reason) {
      super(reason, null, false, false);
    }
  }

  /**
   * Accepts what that issuer signs for that audience.
   *
   * @param publicKeys the issuer's keys now; asked for each assertion
   */
  public AssertionVerifier(
      String issuer, String audience, Supplier<JWKSet> publicKeys, Clock clock) {
    this.issuer = issuer;
    this.audience = audience;
    this.publicKeys = publicKeys;
    this.clock = clock;
  }

  /** Checks an assertion in JWS compact form; never throws on its content. */
  public Verification verify(String assertion) {
    if (assertion.length() > MAX_LENGTH) {
      return new Verification.Rejected("longer than " + MAX_LENGTH + " characters");
    }
    try {
      SignedJWT jwt = SignedJWT.parse(assertion);
      checkSignature(jwt);
      Assertion verified = claims(jwt.getJWTClaimsSet());
      return new Verification.Verified(verified);
    } catch (ParseException e) {
      return new Verification.Rejected("not well-formed");
    } catch (RejectedException e) {
      return new Verification.Rejected(String.valueOf(e.getMessage()));
    }
  }

  private void checkSignature(SignedJWT jwt) throws RejectedException {
    JWSHeader header = jwt.getHeader();
    require(SigningKey.TYPE.equals(header.getType()), "typ: not helmgate-assertion+jwt");
    require(header.getCriticalParams() == null, "crit: not supported");
    require(header.isBase64URLEncodePayload(), "b64: not supported");
    require(header.getKeyID() != null, "kid: absent");
    Key key = keys().get(header.getKeyID());
    if (key == null) {
      throw new RejectedException("kid: unknown");
    }
    require(
        SigningKey.algorithm(key.jwk()).equals(Optional.of(header.getAlgorithm())),
        "alg: not the key's");
    try {
      require(jwt.verify(key.verifier()), "signature: wrong");
    } catch (JOSEException e) {
      throw new RejectedException("signature: not verifiable");
    }
  }

  private Assertion claims(JWTClaimsSet claims) throws RejectedException {
    require(issuer.equals(claims.getIssuer()), "iss: another one");
    require(List.of(audience).equals(claims.getAudience()), "aud: another one, or several");
    Assertion assertion;
    Instant notBefore;
    try {
      assertion = AssertionClaims.read(claims, audience);
      var nbf = claims.getNotBeforeTime();
      notBefore = nbf == null ? assertion.issuedAt() : nbf.toInstant();
    } catch (ParseException e) {
      throw new RejectedException(String.valueOf(e.getMessage()));
    }
    Instant now = clock.instant();
    Instant issued = assertion.issuedAt();
    Instant expires = assertion.expiresAt();
    require(!issued.isAfter(now.plus(SKEW)), "iat: in the future");
    require(!notBefore.isAfter(now.plus(SKEW)), "nbf: in the future");
    require(expires.isAfter(issued), "exp: not after iat");
    require(
        !expires.isAfter(issued.plus(AssertionClaims.MAX_LIFETIME)), "exp: over 60 s after iat");
    require(now.isBefore(expires), "exp: passed");
    Optional<String> problem = AssertionClaims.problem(assertion);
    if (problem.isPresent()) {
      throw new RejectedException(problem.get());
    }
    return assertion;
  }

  /** The keys by kid; verifiers are made once for each set. */
  // A supplier gives the same set until it changes; comparing their keys would cost more.
  @SuppressWarnings("ReferenceEquality")
  private Map<String, Key> keys() {
    JWKSet set = publicKeys.get();
    Known current = known;
    if (current.set() != set) {
      current = new Known(set, index(set));
      known = current;
    }
    return current.keys();
  }

  private static Map<String, Key> index(JWKSet set) {
    Map<String, Key> keys = new HashMap<>();
    for (JWK key : set.getKeys()) {
      if (key.getKeyID() != null && SigningKey.algorithm(key).isPresent()) {
        usable(key).ifPresent(usable -> keys.putIfAbsent(key.getKeyID(), usable));
      }
    }
    return Map.copyOf(keys);
  }

  private static Optional<Key> usable(JWK key) {
    try {
      return Optional.of(new Key(key, SigningKey.verifier(key.toPublicJWK())));
    } catch (JOSEException e) {
      LOG.warn("Key {} of an assertion's issuer is left out: it cannot verify", key.getKeyID(), e);
      return Optional.empty();
    }
  }

  private static void require(boolean ok, String reason) throws RejectedException {
    if (!ok) {
      throw new RejectedException(reason);
    }
  }
}
