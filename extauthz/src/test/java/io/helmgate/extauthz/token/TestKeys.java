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
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.nimbusds.jose.jwk.gen.RSAKeyGenerator;
import com.nimbusds.jose.util.Base64URL;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.Signature;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Keys of a made-up identity provider, and tokens signed with them. */
public final class TestKeys {

  public static final RSAKey RSA = rsa("rsa-1");
  public static final RSAKey OTHER_RSA = rsa("rsa-2");
  public static final ECKey P256 = ec(Curve.P_256, "p256");
  public static final ECKey P384 = ec(Curve.P_384, "p384");
  public static final ECKey P521 = ec(Curve.P_521, "p521");
  public static final OctetKeyPair ED25519 = ed25519("ed25519");

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

  private static OctetKeyPair ed25519(String kid) {
    try {
      KeyPair pair = KeyPairGenerator.getInstance("Ed25519").generateKeyPair();
      // The key itself is the end of both encodings (RFC 8410 §4 and §7).
      return new OctetKeyPair.Builder(Curve.Ed25519, tail(pair.getPublic().getEncoded()))
          .d(tail(pair.getPrivate().getEncoded()))
          .keyID(kid)
          .build();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Base64URL tail(byte[] encoded) {
    return Base64URL.encode(Arrays.copyOfRange(encoded, encoded.length - 32, encoded.length));
  }

  /** The public halves as a key set. */
  public static String jwks(JWK... keys) {
    return new JWKSet(List.of(keys)).toString();
  }

  private static Base64URL signEd25519(OctetKeyPair key, byte[] signed) {
    try {
      byte[] head = HexFormat.of().parseHex("302e020100300506032b657004220420");
      byte[] encoded = Arrays.copyOf(head, head.length + 32);
      System.arraycopy(key.getDecodedD(), 0, encoded, head.length, 32);
      Signature signer = Signature.getInstance("Ed25519");
      signer.initSign(
          KeyFactory.getInstance("Ed25519").generatePrivate(new PKCS8EncodedKeySpec(encoded)));
      signer.update(signed);
      return Base64URL.encode(signer.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  /** A signed token with exactly this header and payload. */
  public static String sign(JWK key, String alg, String header, String payload) {
    String signed = base64(header) + '.' + base64(payload);
    if (key instanceof OctetKeyPair edwards) {
      return signed + '.' + signEd25519(edwards, signed.getBytes(StandardCharsets.UTF_8));
    }
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
