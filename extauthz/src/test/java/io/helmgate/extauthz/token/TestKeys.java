package io.helmgate.extauthz.token;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.JWSSigner;
import com.nimbusds.jose.crypto.ECDSASigner;
import com.nimbusds.jose.crypto.RSASSASigner;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Keys of a made-up identity provider, and tokens signed with them. */
public final class TestKeys {

  public static final RSAKey RSA = rsa("rsa-1");
  public static final RSAKey OTHER_RSA = rsa("rsa-2");
  public static final ECKey P256 = ec(Curve.P_256, "p256");
  public static final ECKey P384 = ec(Curve.P_384, "p384");
  public static final ECKey P521 = ec(Curve.P_521, "p521");

  private TestKeys() {}

  public static RSAKey rsa(String kid) {
    try {
      return new RSAKeyGenerator(2048).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  private static ECKey ec(Curve curve, String kid) {
    try {
      return new ECKeyGenerator(curve).keyID(kid).generate();
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The public halves as a key set. */
  public static String jwks(JWK... keys) {
    return new JWKSet(List.of(keys)).toString();
  }

  /** A signed token with exactly this header and payload. */
  public static String sign(JWK key, String alg, String header, String payload) {
    String signed = base64(header) + '.' + base64(payload);
    try {
      JWSSigner signer =
          key instanceof RSAKey rsa ? new RSASSASigner(rsa) : new ECDSASigner(key.toECKey());
      return signed
          + '.'
          + signer.sign(
              new JWSHeader(JWSAlgorithm.parse(alg)), signed.getBytes(StandardCharsets.UTF_8));
    } catch (JOSEException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A token signed with RS256 by {@link #RSA}. */
  public static String token(String payload) {
    return token(RSA, payload);
  }

  /** A token signed with RS256. */
  public static String token(RSAKey key, String payload) {
    return sign(key, "RS256", "{\"alg\":\"RS256\",\"kid\":\"" + key.getKeyID() + "\"}", payload);
  }

  public static String base64(String text) {
    return Base64URL.encode(text).toString();
  }
}
