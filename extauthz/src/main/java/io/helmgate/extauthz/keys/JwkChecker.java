package io.helmgate.extauthz.keys;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.crypto.ECDSAVerifier;
import com.nimbusds.jose.crypto.MACVerifier;
import com.nimbusds.jose.crypto.RSASSAVerifier;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.spec.X509EncodedKeySpec;
import java.util.HexFormat;

/** Makes signature checkers from JSON Web Keys. */
final class JwkChecker {

  /** Everything of an Ed25519 SubjectPublicKeyInfo but the key itself (RFC 8410 §4). */
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  private static final int ED25519_KEY_BYTES = 32;
  private static final int ED25519_SIGNATURE_BYTES = 64;

  private JwkChecker() {}

  /**
   * Makes the checker for a key.
   *
   * @throws JOSEException when the key is of a type or curve that is not supported
   */
  static VerificationKey.Checker of(JWK key) throws JOSEException {
    return switch (key) {
      case RSAKey rsa -> by(new RSASSAVerifier(rsa.toRSAPublicKey()));
      case ECKey ec -> by(new ECDSAVerifier(ec.toECPublicKey()));
      case OctetSequenceKey secret -> by(new MACVerifier(secret.toByteArray()));
      case OctetKeyPair okp when okp.getCurve().equals(Curve.Ed25519) ->
          ed25519(publicKey(okp.getX().decode()));
      default -> throw new JOSEException("key type " + key.getKeyType() + " is not supported");
    };
  }

  private static VerificationKey.Checker by(JWSVerifier verifier) {
    return (alg, signed, signature) -> {
      JWSAlgorithm algorithm = JWSAlgorithm.parse(alg);
      if (!verifier.supportedJWSAlgorithms().contains(algorithm)) {
        return SignatureCheck.BAD;
      }
      try {
        boolean good =
            verifier.verify(new JWSHeader(algorithm), signed, Base64URL.encode(signature));
        return good ? SignatureCheck.GOOD : SignatureCheck.BAD;
      } catch (JOSEException e) {
        return SignatureCheck.BAD;
      }
    };
  }

  private static VerificationKey.Checker ed25519(PublicKey key) {
    return (alg, signed, signature) -> {
      if (!alg.equals(JWSAlgorithm.EdDSA.getName())) {
        return SignatureCheck.BAD;
      }
      if (signature.length != ED25519_SIGNATURE_BYTES) {
        return SignatureCheck.WRONG_LENGTH;
      }
      try {
        Signature verifier = Signature.getInstance("Ed25519");
        verifier.initVerify(key);
        verifier.update(signed);
        return verifier.verify(signature) ? SignatureCheck.GOOD : SignatureCheck.BAD;
      } catch (GeneralSecurityException e) {
        return SignatureCheck.BAD;
      }
    };
  }

  private static PublicKey publicKey(byte[] x) throws JOSEException {
    if (x.length != ED25519_KEY_BYTES) {
      throw new JOSEException("Ed25519 key has " + x.length + " bytes (expected: 32)");
    }
    byte[] encoded = new byte[ED25519_PREFIX.length + x.length];
    System.arraycopy(ED25519_PREFIX, 0, encoded, 0, ED25519_PREFIX.length);
    System.arraycopy(x, 0, encoded, ED25519_PREFIX.length, x.length);
    try {
      return KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(encoded));
    } catch (GeneralSecurityException e) {
      throw new JOSEException("Ed25519 key cannot be read", e);
    }
  }
}
