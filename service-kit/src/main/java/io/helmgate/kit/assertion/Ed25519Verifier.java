package io.helmgate.kit.assertion;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSVerifier;
import com.nimbusds.jose.jca.JCAContext;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.util.Base64URL;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.Signature;
import java.security.SignatureException;
import java.security.spec.EdECPoint;
import java.security.spec.EdECPublicKeySpec;
import java.security.spec.NamedParameterSpec;
import java.util.Set;

/** EdDSA over Ed25519 (RFC 8037) by the JDK: nimbus-jose-jwt's own verifier needs Tink. */
final class Ed25519Verifier implements JWSVerifier {

  private static final int LENGTH = 32;

  private final PublicKey key;
  private final JCAContext context = new JCAContext();

  Ed25519Verifier(OctetKeyPair key) throws JOSEException {
    try {
      this.key =
          KeyFactory.getInstance("Ed25519")
              .generatePublic(
                  new EdECPublicKeySpec(NamedParameterSpec.ED25519, point(key.getDecodedX())));
    } catch (GeneralSecurityException e) {
      throw new JOSEException("Ed25519: no public key", e);
    }
  }

  @Override
  public boolean verify(JWSHeader header, byte[] signingInput, Base64URL signature)
      throws JOSEException {
    try {
      Signature verification = Signature.getInstance("Ed25519");
      verification.initVerify(key);
      verification.update(signingInput);
      return verification.verify(signature.decode());
    } catch (SignatureException e) {
      // Of a wrong length or form.
      return false;
    } catch (GeneralSecurityException e) {
      throw new JOSEException("Ed25519: verification failed", e);
    }
  }

  @Override
  public Set<JWSAlgorithm> supportedJWSAlgorithms() {
    return Set.of(JWSAlgorithm.EdDSA);
  }

  @Override
  public JCAContext getJCAContext() {
    return context;
  }

  /** RFC 8032 section 5.1.2: y in little-endian, the sign of x in the highest bit. */
  private static EdECPoint point(byte[] encoded) throws JOSEException {
    if (encoded.length != LENGTH) {
      throw new JOSEException("Ed25519: x of %d bytes (expected: 32)".formatted(encoded.length));
    }
    byte[] y = new byte[LENGTH];
    for (int i = 0; i < LENGTH; i++) {
      y[i] = encoded[LENGTH - 1 - i];
    }
    boolean odd = (y[0] & 0x80) != 0;
    y[0] &= 0x7f;
    return new EdECPoint(odd, new BigInteger(1, y));
  }
}
