package io.helmgate.extauthz.policy.wasm.builtin;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.ECKey;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.OctetKeyPair;
import com.nimbusds.jose.jwk.OctetSequenceKey;
import com.nimbusds.jose.jwk.RSAKey;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.KeyFactory;
import java.security.PublicKey;
import java.security.cert.CertificateFactory;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.X509EncodedKeySpec;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import javax.crypto.spec.SecretKeySpec;

/**
 * A key that tokens are verified with.
 *
 * @param algorithm what it is for, empty when it does not say
 * @param id its {@code kid}, empty when it has none
 * @param material a public key, or a secret key for HMAC
 */
record JwtKey(String algorithm, String id, Key material) {

  private static final Pattern PEM =
      Pattern.compile("(?s)-----BEGIN ([A-Z ]+)-----\\s*?\\n(.*?)-----END \\1-----[ \\t]*\\n?(.*)");

  /** SubjectPublicKeyInfo of an Ed25519 key up to the 32 bytes of the key (RFC 8410). */
  private static final byte[] ED25519_PREFIX = HexFormat.of().parseHex("302a300506032b6570032100");

  /**
   * Reads a PEM certificate, a PEM public key, a JWK or a JWK set. Keys of a set for algorithms
   * that are not supported are left out.
   */
  static List<JwtKey> parse(String text) {
    try {
      Matcher pem = PEM.matcher(text);
      return pem.find() ? List.of(fromPem(pem)) : fromJwks(text);
    } catch (GeneralSecurityException
        | JOSEException
        | ParseException
        | IllegalArgumentException e) {
      throw new BuiltinError("no key: " + e.getMessage());
    }
  }

  private static JwtKey fromPem(Matcher pem) throws GeneralSecurityException {
    byte[] der = Base64.getMimeDecoder().decode(pem.group(2));
    if (!pem.group(3).isEmpty()) {
      throw new BuiltinError("extra data after a PEM certificate block");
    }
    return switch (pem.group(1)) {
      case "CERTIFICATE" ->
          new JwtKey(
              "",
              "",
              CertificateFactory.getInstance("X.509")
                  .generateCertificate(new ByteArrayInputStream(der))
                  .getPublicKey());
      case "PUBLIC KEY" -> new JwtKey("", "", publicKey(der));
      default -> throw new BuiltinError("PEM block (expected: a certificate or a public key)");
    };
  }

  private static PublicKey publicKey(byte[] der) throws GeneralSecurityException {
    X509EncodedKeySpec spec = new X509EncodedKeySpec(der);
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      Optional<PublicKey> key = publicKey(algorithm, spec);
      if (key.isPresent()) {
        return key.get();
      }
    }
    throw new BuiltinError("public key (expected: RSA, EC or Ed25519)");
  }

  private static Optional<PublicKey> publicKey(String algorithm, X509EncodedKeySpec spec)
      throws GeneralSecurityException {
    KeyFactory factory = KeyFactory.getInstance(algorithm);
    try {
      return Optional.of(factory.generatePublic(spec));
    } catch (InvalidKeySpecException e) {
      return Optional.empty();
    }
  }

  private static List<JwtKey> fromJwks(String text)
      throws ParseException, JOSEException, GeneralSecurityException {
    boolean isSet =
        JsonText.parse(text.getBytes(StandardCharsets.UTF_8)) instanceof Term.Obj object
            && object.fields().containsKey(Term.text("keys"));
    List<JwtKey> keys = new ArrayList<>();
    for (JWK jwk : isSet ? JWKSet.parse(text).getKeys() : List.of(JWK.parse(text))) {
      String algorithm = jwk.getAlgorithm() == null ? "" : jwk.getAlgorithm().getName();
      if (algorithm.isEmpty() || JwtSignature.isSupported(algorithm)) {
        String id = jwk.getKeyID() == null ? "" : jwk.getKeyID();
        keys.add(new JwtKey(algorithm, id, material(jwk)));
      }
    }
    return keys;
  }

  private static Key material(JWK jwk) throws JOSEException, GeneralSecurityException {
    return switch (jwk) {
      case RSAKey rsa -> rsa.toRSAPublicKey();
      case ECKey ec -> ec.toECPublicKey();
      case OctetSequenceKey secret -> new SecretKeySpec(secret.toByteArray(), "HMAC");
      case OctetKeyPair pair when pair.getCurve().getName().equals("Ed25519") -> {
        byte[] x = pair.getX().decode();
        byte[] der = new byte[ED25519_PREFIX.length + x.length];
        System.arraycopy(ED25519_PREFIX, 0, der, 0, ED25519_PREFIX.length);
        System.arraycopy(x, 0, der, ED25519_PREFIX.length, x.length);
        yield KeyFactory.getInstance("Ed25519").generatePublic(new X509EncodedKeySpec(der));
      }
      default -> throw new BuiltinError("key type: " + jwk.getKeyType());
    };
  }
}
