package io.helmgate.extauthz.keys;

import com.nimbusds.jose.JWSAlgorithm;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.RSAKey;
import com.nimbusds.jose.util.Base64URL;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Reads PEM public keys; as in kgateway an RSA key means RS256, P-256 ES256, Ed25519 EdDSA. */
final class PemKeys {

  private static final Pattern BLOCK =
      Pattern.compile("-----BEGIN PUBLIC KEY-----([A-Za-z0-9+/=\\s]*)-----END PUBLIC KEY-----");
  private static final int ED25519_KEY_BYTES = 32;

  private PemKeys() {}

  static List<JWK> read(String pem) throws InvalidKeySetException {
    List<JWK> keys = new ArrayList<>();
    Matcher block = BLOCK.matcher(pem);
    while (block.find()) {
      try {
        keys.add(key(new X509EncodedKeySpec(Base64.getMimeDecoder().decode(block.group(1)))));
      } catch (GeneralSecurityException | IllegalArgumentException e) {
        throw new InvalidKeySetException("a PEM public key cannot be read", e);
      }
    }
    return keys;
  }

  private static JWK key(X509EncodedKeySpec spec) throws GeneralSecurityException {
    try {
      RSAPublicKey rsa = (RSAPublicKey) KeyFactory.getInstance("RSA").generatePublic(spec);
      return new RSAKey.Builder(rsa).algorithm(JWSAlgorithm.RS256).build();
    } catch (InvalidKeySpecException e) {
      return curveKey(spec);
    }
  }

  private static JWK curveKey(X509EncodedKeySpec spec) throws GeneralSecurityException {
    try {
      ECPublicKey ec = (ECPublicKey) KeyFactory.getInstance("EC").generatePublic(spec);
      return new ECKey.Builder(Curve.forECParameterSpec(ec.getParams()), ec).build();
    } catch (InvalidKeySpecException e) {
      byte[] encoded = KeyFactory.getInstance("Ed25519").generatePublic(spec).getEncoded();
      byte[] x = Arrays.copyOfRange(encoded, encoded.length - ED25519_KEY_BYTES, encoded.length);
      return new OctetKeyPair.Builder(Curve.Ed25519, Base64URL.encode(x)).build();
    }
  }
}
