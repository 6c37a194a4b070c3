package io.helmgate.e2e;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jwt.JWTClaimsSet;
import com.nimbusds.jwt.SignedJWT;
import java.time.Instant;
import java.util.Date;

/** Tokens that claim to come from an issuer but are signed by a key of our own. */
final class ForgedTokens {

  private final String issuer;
  private final String audience;
  private final RSAKey key;

  ForgedTokens(String issuer, String audience) {
    this.issuer = issuer;
    this.audience = audience;
    try {
      key = new RSAKeyGenerator(2048).keyID("forged").generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  String expired() {
    return sign(issuer, audience, Instant.now().minusSeconds(3600));
  }

  String wrongIssuer() {
    return sign("https://elsewhere.example", audience, Instant.now().plusSeconds(300));
  }

  String wrongAudience() {
    return sign(issuer, "another-service", Instant.now().plusSeconds(300));
  }

  String unknownKid() {
    return sign(issuer, audience, Instant.now().plusSeconds(300));
  }

  /** A token with one character of its signature changed. */
  String tampered(String token) {
    var at = token.lastIndexOf('.') + 10;
    return token.substring(0, at) + (token.charAt(at) == 'A' ? 'B' : 'A') + token.substring(at + 1);
  }

  private String sign(String issuer, String audience, Instant expires) {
    var claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(audience)
            .subject("forger")
            .expirationTime(Date.from(expires))
            .build();
    var token =
        new SignedJWT(
            new JWSHeader.Builder(JWSAlgorithm.RS256).keyID(key.getKeyID()).build(), claims);
    try {
      token.sign(new RSASSASigner(key));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
    return token.serialize();
  }
}
