package io.helmgate.extauthz.policy.wasm.builtin;

import java.security.GeneralSecurityException;
import java.security.Key;
import java.security.MessageDigest;
import java.security.PublicKey;
import java.security.Signature;
import java.security.interfaces.ECPublicKey;
import java.security.interfaces.EdECPublicKey;
import java.security.interfaces.RSAPublicKey;
import java.security.spec.MGF1ParameterSpec;
import java.security.spec.PSSParameterSpec;
import java.util.Set;
import javax.crypto.SecretKey;

/** Checks signatures of tokens (RFC 7518). */
final class JwtSignature {

  private static final Set<String> SUPPORTED =
      Set.of(
          "RS256", "RS384", "RS512", "PS256", "PS384", "PS512", "ES256", "ES384", "ES512", "HS256",
          "HS384", "HS512", "EdDSA");

  private JwtSignature() {}

  static boolean isSupported(String algorithm) {
    return SUPPORTED.contains(algorithm);
  }

  /** Whether a signature is right; a key of another kind than the algorithm's verifies nothing. */
  static boolean verify(String algorithm, Key key, byte[] input, byte[] signature) {
    if (!isSupported(algorithm)) {
      return false;
    }
    String bits = algorithm.substring(2);
    return switch (algorithm.substring(0, 2)) {
      case "RS" ->
          key instanceof RSAPublicKey rsa
              && verify(rsa, "SHA" + bits + "withRSA", input, signature);
      case "PS" -> key instanceof RSAPublicKey rsa && verifyPss(rsa, bits, input, signature);
      case "ES" ->
          key instanceof ECPublicKey ec
              && verify(ec, "SHA" + bits + "withECDSAinP1363Format", input, signature);
      case "HS" ->
          key instanceof SecretKey secret
              && MessageDigest.isEqual(
                  CryptoBuiltins.hmac("HmacSHA" + bits, secret.getEncoded(), input), signature);
      default -> key instanceof EdECPublicKey ed && verify(ed, "Ed25519", input, signature);
    };
  }

  private static boolean verify(PublicKey key, String name, byte[] input, byte[] signature) {
    try {
      return verify(Signature.getInstance(name), key, input, signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean verifyPss(PublicKey key, String bits, byte[] input, byte[] signature) {
    String hash = "SHA-" + bits;
    try {
      Signature pss = Signature.getInstance("RSASSA-PSS");
      int saltLength = Integer.parseInt(bits) / 8;
      pss.setParameter(
          new PSSParameterSpec(hash, "MGF1", new MGF1ParameterSpec(hash), saltLength, 1));
      return verify(pss, key, input, signature);
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  private static boolean verify(Signature verifier, PublicKey key, byte[] input, byte[] signature)
      throws GeneralSecurityException {
    verifier.initVerify(key);
    verifier.update(input);
    return verifier.verify(signature);
  }
}
