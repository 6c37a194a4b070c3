package io.helmgate.extauthz.policy.wasm.builtin;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/** Digests and message authentication codes: {@code crypto.*} without certificates and keys. */
final class CryptoBuiltins {

  private CryptoBuiltins() {}

  static Map<String, Builtin> all() {
    return Map.of(
        "crypto.md5", digest("MD5"),
        "crypto.sha1", digest("SHA-1"),
        "crypto.sha256", digest("SHA-256"),
        "crypto.hmac.md5", hmac("HmacMD5"),
        "crypto.hmac.sha1", hmac("HmacSHA1"),
        "crypto.hmac.sha256", hmac("HmacSHA256"),
        "crypto.hmac.sha512", hmac("HmacSHA512"),
        "crypto.hmac.equal", (context, operands) -> equal(operands));
  }

  private static Builtin digest(String algorithm) {
    return (context, operands) -> {
      try {
        byte[] digest = MessageDigest.getInstance(algorithm).digest(bytes(operands, 0));
        return Term.text(HexFormat.of().formatHex(digest));
      } catch (GeneralSecurityException e) {
        throw new IllegalStateException("every JDK has " + algorithm, e);
      }
    };
  }

  private static Builtin hmac(String algorithm) {
    return (context, operands) ->
        Term.text(
            HexFormat.of().formatHex(hmac(algorithm, bytes(operands, 1), bytes(operands, 0))));
  }

  /** A message authentication code; the key may be empty. */
  static byte[] hmac(String algorithm, byte[] key, byte[] message) {
    try {
      Mac mac = Mac.getInstance(algorithm);
      // HMAC fills keys up with zeros (RFC 2104), so one zero byte stands for the empty key.
      mac.init(new SecretKeySpec(key.length == 0 ? new byte[1] : key, algorithm));
      return mac.doFinal(message);
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }

  private static Term equal(List<Term> operands) {
    return Term.bool(MessageDigest.isEqual(bytes(operands, 0), bytes(operands, 1)));
  }

  private static byte[] bytes(List<Term> operands, int position) {
    return Operands.text(operands, position).getBytes(StandardCharsets.UTF_8);
  }
}
