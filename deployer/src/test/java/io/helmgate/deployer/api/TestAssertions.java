package io.helmgate.deployer.api;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import io.helmgate.kit.assertion.AssertionKeys;
import io.helmgate.kit.assertion.AssertionSigner;
import io.helmgate.kit.assertion.AssertionVerifier;
import io.helmgate.kit.call.Call;
import io.helmgate.kit.call.CallDigest;
import java.io.IOException;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import java.util.Optional;
import java.util.function.UnaryOperator;

/** Signs assertions as extauthz does, and in ways it never would. */
final class TestAssertions {

  static final String ISSUER = "helmgate-extauthz";
  static final String AUDIENCE = "helmgate-deployer";

  private final ECKey key;
  private final JWKSet published;
  private final AssertionSigner signer;
  private final String user;
  private final List<String> groups;
  private volatile Optional<Instant> tokenEnd = Optional.empty();

  /** With new keys, whose files go into a directory. */
  TestAssertions(Path directory) {
    this(directory, "idp:alice", "idp:team-a");
  }

  /** The same, for another caller. */
  TestAssertions(Path directory, String user, String... groups) {
    this.user = user;
    this.groups = List.of(groups);
    try {
      var privateSet = directory.resolve("keys.json");
      AssertionKeys.generate(privateSet, directory.resolve("jwks.json"));
      var keys = AssertionKeys.load(privateSet);
      this.published = keys.publicKeys();
      this.key = JWKSet.load(privateSet.toFile()).getKeys().getFirst().toECKey();
      this.signer = new AssertionSigner(ISSUER, Duration.ofSeconds(60), keys, Clock.systemUTC());
    } catch (IOException | ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  private TestAssertions(TestAssertions keys, String user, List<String> groups) {
    this.key = keys.key;
    this.published = keys.published;
    this.signer = keys.signer;
    this.user = user;
    this.groups = groups;
  }

  /** The same keys, for another caller. */
  TestAssertions as(String other, String... groups) {
    return new TestAssertions(this, other, List.of(groups));
  }

  AssertionVerifier verifier() {
    return new AssertionVerifier(ISSUER, AUDIENCE, () -> published, Clock.systemUTC());
  }

  /** From now on the caller's token has an end. */
  void tokenEndsAt(Instant time) {
    tokenEnd = Optional.of(time);
  }

  /** An assertion for exactly these calls. */
  String forCalls(List<Call> calls) {
    return sign(Optional.of(CallDigest.of(calls)));
  }

  /** An assertion that is bound to no call. */
  String unbound() {
    return sign(Optional.empty());
  }

  private String sign(Optional<String> digest) {
    return signer.sign(user, groups, AUDIENCE, "decision-1", digest, tokenEnd);
  }

  /** An assertion for these calls with other claims than extauthz gives, well signed. */
  String forged(List<Call> calls, UnaryOperator<JWTClaimsSet.Builder> claims) {
    return forged(calls, claims, key);
  }

  /** The same, signed by a key that is not extauthz'. */
  String foreign(List<Call> calls) {
    try {
      return forged(
          calls,
          UnaryOperator.identity(),
          new ECKeyGenerator(Curve.P_256).keyID(key.getKeyID()).generate());
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private String forged(
      List<Call> calls, UnaryOperator<JWTClaimsSet.Builder> claims, ECKey signing) {
    try {
      var valid = SignedJWT.parse(forCalls(calls));
      var jws =
          new SignedJWT(
              new JWSHeader.Builder(JWSAlgorithm.ES256)
                  .type(new JOSEObjectType("helmgate-assertion+jwt"))
                  .keyID(signing.getKeyID())
                  .build(),
              claims.apply(new JWTClaimsSet.Builder(valid.getJWTClaimsSet())).build());
      jws.sign(new ECDSASigner(signing));
      return jws.serialize();
    } catch (JOSEException | ParseException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An assertion for these calls that was signed so long ago. */
  String aged(List<Call> calls, Duration age) {
    var signed = Clock.systemUTC().instant().minus(age);
    return forged(
        calls,
        claims ->
            claims.issueTime(Date.from(signed)).expirationTime(Date.from(signed.plusSeconds(60))));
  }
}
