package io.helmgate.extauthz.token;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.json.StrictJson;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A token in JWS compact form (RFC 7515 §7.1), read but not verified.
 *
 * <p>Faults are found in Envoy's order. Stricter than Envoy: an empty section in front or at the
 * end (a trailing dot), padded or non-canonical base64url, and JSON that is not RFC 8259 (duplicate
 * names, single quotes, bare words) are faults; an {@code exp} of 0 is a time long past, not "no
 * exp".
 */
final class Jwt {

  private static final Set<String> ALGORITHMS =
      Set.of(
          "ES256", "ES384", "ES512", "HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "PS256",
          "PS384", "PS512", "EdDSA");
  private static final int SECTIONS = 3;
  private static final double RANGE = 0x1p64;

  /** What came of reading. */
  sealed interface Parsing {
    /** A well-formed token. */
    record Parsed(Jwt jwt) implements Parsing {}

    /** Not a token that can be looked at further. */
    record Malformed(TokenFailure failure) implements Parsing {}
  }

  private final ObjectNode header;
  private final ObjectNode claims;
  private final byte[] signed;
  private final byte[] signature;

  private Jwt(ObjectNode header, ObjectNode claims, byte[] signed, byte[] signature) {
    this.header = header;
    this.claims = claims;
    this.signed = signed;
    this.signature = signature;
  }

  static Parsing parse(String token) {
    String[] sections = token.split("\\.", -1);
    if (sections.length != SECTIONS
        || sections[0].isEmpty()
        || sections[1].isEmpty()
        || sections[2].isEmpty()) {
      return new Parsing.Malformed(TokenFailure.BAD_FORMAT);
    }
    byte[] headerJson = decode(sections[0]);
    if (headerJson == null) {
      return new Parsing.Malformed(TokenFailure.HEADER_BASE64);
    }
    ObjectNode header = StrictJson.object(headerJson).orElse(null);
    if (header == null) {
      return new Parsing.Malformed(TokenFailure.HEADER_JSON);
    }
    TokenFailure headerFailure = headerFailure(header);
    if (headerFailure != null) {
      return new Parsing.Malformed(headerFailure);
    }
    byte[] payloadJson = decode(sections[1]);
    if (payloadJson == null) {
      return new Parsing.Malformed(TokenFailure.PAYLOAD_BASE64);
    }
    ObjectNode claims = StrictJson.object(payloadJson).orElse(null);
    if (claims == null) {
      return new Parsing.Malformed(TokenFailure.PAYLOAD_JSON);
    }
    TokenFailure claimsFailure = claimsFailure(claims);
    if (claimsFailure != null) {
      return new Parsing.Malformed(claimsFailure);
    }
    byte[] signature = decode(sections[2]);
    if (signature == null) {
      return new Parsing.Malformed(TokenFailure.SIGNATURE_BASE64);
    }
    byte[] signed = (sections[0] + '.' + sections[1]).getBytes(StandardCharsets.US_ASCII);
    return new Parsing.Parsed(new Jwt(header, claims, signed, signature));
  }

  private static byte @Nullable [] decode(String base64url) {
    try {
      byte[] bytes = Base64.getUrlDecoder().decode(base64url);
      // Only the one canonical form (RFC 7515 §2), so that no two texts are one token.
      boolean canonical =
          Base64.getUrlEncoder().withoutPadding().encodeToString(bytes).equals(base64url);
      return canonical ? bytes : null;
    } catch (IllegalArgumentException e) {
      return null;
    }
  }

  private static @Nullable TokenFailure headerFailure(ObjectNode header) {
    if (!header.path("alg").isTextual()) {
      return TokenFailure.HEADER_ALG;
    }
    if (!ALGORITHMS.contains(header.path("alg").textValue())) {
      return TokenFailure.HEADER_ALG_UNSUPPORTED;
    }
    return textOrAbsent(header, "kid") ? null : TokenFailure.HEADER_KID;
  }

  private static @Nullable TokenFailure claimsFailure(ObjectNode claims) {
    if (!textOrAbsent(claims, "iss")) {
      return TokenFailure.PAYLOAD_ISS;
    }
    if (!textOrAbsent(claims, "sub")) {
      return TokenFailure.PAYLOAD_SUB;
    }
    TokenFailure time =
        timeFailure(claims, "iat", TokenFailure.PAYLOAD_IAT, TokenFailure.PAYLOAD_IAT_RANGE);
    if (time == null) {
      time = timeFailure(claims, "nbf", TokenFailure.PAYLOAD_NBF, TokenFailure.PAYLOAD_NBF_RANGE);
    }
    if (time == null) {
      time = timeFailure(claims, "exp", TokenFailure.PAYLOAD_EXP, TokenFailure.PAYLOAD_EXP_RANGE);
    }
    if (time != null) {
      return time;
    }
    if (!textOrAbsent(claims, "jti")) {
      return TokenFailure.PAYLOAD_JTI;
    }
    return audienceReadable(claims.get("aud")) ? null : TokenFailure.PAYLOAD_AUD;
  }

  private static boolean textOrAbsent(ObjectNode object, String name) {
    JsonNode value = object.get(name);
    return value == null || value.isTextual();
  }

  private static @Nullable TokenFailure timeFailure(
      ObjectNode claims, String name, TokenFailure type, TokenFailure range) {
    JsonNode value = claims.get(name);
    if (value == null) {
      return null;
    }
    if (!value.isNumber()) {
      return type;
    }
    double seconds = value.doubleValue();
    return seconds < 0 || seconds >= RANGE ? range : null;
  }

  private static boolean audienceReadable(@Nullable JsonNode aud) {
    if (aud == null || aud.isTextual()) {
      return true;
    }
    return aud.isArray() && aud.valueStream().allMatch(JsonNode::isTextual);
  }

  ObjectNode header() {
    return header;
  }

  ObjectNode claims() {
    return claims;
  }

  String algorithm() {
    return header.path("alg").textValue();
  }

  /** The key id; empty when the token has none. */
  String kid() {
    return header.path("kid").asText("");
  }

  /** Whether the header asks for extensions (RFC 7515 §4.1.11), of which none is understood. */
  boolean critical() {
    return header.has("crit");
  }

  /** The type without {@code application/} (RFC 7515 §4.1.9); empty when the token has none. */
  String typ() {
    String typ = header.path("typ").isTextual() ? header.path("typ").textValue() : "";
    return typ.regionMatches(true, 0, "application/", 0, "application/".length())
        ? typ.substring("application/".length())
        : typ;
  }

  /** The subject; empty when the token has none. */
  String subject() {
    return claims.path("sub").asText("");
  }

  /** The issuer; empty when the token has none. */
  String issuer() {
    return claims.path("iss").asText("");
  }

  List<String> audiences() {
    JsonNode aud = claims.get("aud");
    if (aud == null) {
      return List.of();
    }
    if (aud.isTextual()) {
      return List.of(aud.textValue());
    }
    List<String> values = new ArrayList<>();
    aud.forEach(value -> values.add(value.textValue()));
    return values;
  }

  /** A time claim in seconds since 1970, fractions cut; empty when the token has none. */
  OptionalLong seconds(String claim) {
    return Optional.ofNullable(claims.get(claim))
        .map(value -> OptionalLong.of((long) value.doubleValue()))
        .orElseGet(OptionalLong::empty);
  }

  byte[] signed() {
    return signed;
  }

  byte[] signature() {
    return signature;
  }
}
