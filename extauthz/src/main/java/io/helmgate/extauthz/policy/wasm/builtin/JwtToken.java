package io.helmgate.extauthz.policy.wasm.builtin;

import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;

/**
 * A token in compact form (RFC 7515), taken apart and not verified.
 *
 * @param header as sent, base64url
 * @param payload as sent, base64url
 * @param signature as sent, base64url
 */
record JwtToken(String header, String payload, String signature) {

  static JwtToken split(String text) {
    List<String> parts = TextBuiltins.split(text, ".");
    if (parts.size() != 3) {
      throw new BuiltinError("encoded JWT must have 3 sections");
    }
    return new JwtToken(parts.get(0), parts.get(1), parts.get(2));
  }

  byte[] signedBytes() {
    return (header + "." + payload).getBytes(StandardCharsets.UTF_8);
  }

  byte[] signatureBytes() {
    return decode(signature);
  }

  String payloadText() {
    return new String(decode(payload), StandardCharsets.UTF_8);
  }

  /** The header as an object; encrypted tokens are refused. */
  Term.Obj headerFields() {
    Term.Obj fields = object(decode(header));
    if (fields.fields().containsKey(Term.text("enc"))) {
      throw new BuiltinError("JWT is a JWE object, which is not supported");
    }
    return fields;
  }

  /** The payload as an object. */
  Term.Obj claims() {
    return object(decode(payload));
  }

  private static Term.Obj object(byte[] json) {
    if (JsonText.parse(json) instanceof Term.Obj object) {
      return object;
    }
    throw new BuiltinError("JWT part is no JSON object");
  }

  private static byte[] decode(String text) {
    try {
      // Go's decoder skips line breaks.
      return Base64.getUrlDecoder().decode(text.replace("\r", "").replace("\n", ""));
    } catch (IllegalArgumentException e) {
      throw new BuiltinError("JWT part is no base64url");
    }
  }

  /** A string member of a header, empty when it is not there. */
  static String text(Term.Obj fields, String name) {
    return switch (Optional.ofNullable(fields.fields().get(Term.text(name)))
        .orElse(Term.text(""))) {
      case Term.Text text -> text.value();
      default -> throw new BuiltinError(name + ": must be a string");
    };
  }
}
