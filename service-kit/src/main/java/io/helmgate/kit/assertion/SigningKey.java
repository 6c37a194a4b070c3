package io.helmgate.kit.assertion;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JOSEObjectType;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSObject;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.Payload;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import java.io.IOException;
import java.util.Optional;

/**
 * A private key that can sign assertions.
 *
 * @param header of every assertion that it signs
 * @param signer thread-safe
 */
record SigningKey(JWSHeader header, JWSSigner signer) {

  static final JOSEObjectType TYPE = new JOSEObjectType("helmgate-assertion+jwt");

  /** The one algorithm for a key; empty for keys that cannot sign assertions. */
  static Optional<JWSAlgorithm> algorithm(JWK key) {
    return switch (key) {
      case ECKey ec when Curve.P_256.equals(ec.getCurve()) -> Optional.of(JWSAlgorithm.ES256);
      case OctetKeyPair okp when Curve.Ed25519.equals(okp.getCurve()) ->
          Optional.of(JWSAlgorithm.EdDSA);
      default -> Optional.empty();
    };
  }

  /** Throws IOException, without any key material, if the key cannot sign assertions. */
  static SigningKey of(JWK key) throws IOException {
    String kid = key.getKeyID();
    if (kid == null || kid.isBlank()) {
      throw new IOException("key without kid (expected: one for each key)");
    }
    JWSAlgorithm algorithm =
        algorithm(key)
            .filter(found -> key.isPrivate())
            .filter(found -> key.getAlgorithm() == null || found.equals(key.getAlgorithm()))
            .orElseThrow(
                () ->
                    new IOException(
                        "key " + kid + ": cannot sign (expected: private, EC P-256 or Ed25519)"));
    JWSHeader header = new JWSHeader.Builder(algorithm).type(TYPE).keyID(kid).build();
    try {
      SigningKey signing = new SigningKey(header, signer(key));
      signing.check(verifier(key.toPublicJWK()));
      return signing;
    } catch (JOSEException e) {
      throw new IOException("key " + kid + ": unusable", e);
    }
  }

  static JWSVerifier verifier(JWK key) throws JOSEException {
    return switch (key) {
      case ECKey ec -> new ECDSAVerifier(ec);
      case OctetKeyPair okp -> new Ed25519Verifier(okp);
      default -> throw new JOSEException("no key for assertions: " + key.getKeyType());
    };
  }

  String sign(Payload payload) throws JOSEException {
    JWSObject jws = new JWSObject(header, payload);
    jws.sign(signer);
    return jws.serialize();
  }

  private static JWSSigner signer(JWK key) throws JOSEException {
    return switch (key) {
      case ECKey ec -> new ECDSASigner(ec);
      case OctetKeyPair okp -> new Ed25519Signer(okp);
      default -> throw new JOSEException("no key for assertions: " + key.getKeyType());
    };
  }

  /** A set made by hand may hold halves of two keys. */
  private void check(JWSVerifier verifier) throws JOSEException, IOException {
    JWSObject probe = new JWSObject(header, new Payload("probe"));
    probe.sign(signer);
    if (!probe.verify(verifier)) {
      throw new IOException(
          "key " + header.getKeyID() + ": public half of another key (expected: its own)");
    }
  }
}
