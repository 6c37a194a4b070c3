package io.helmgate.extauthz.token;

import static io.helmgate.extauthz.token.TestKeys.base64;
import static io.helmgate.extauthz.token.TestKeys.sign;
import static io.helmgate.extauthz.token.TestKeys.token;

import com.nimbusds.jose.jwk.JWK;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Tokens good and bad, and what Envoy 1.40 answers to each (tried with its jwt_authn filter, a
 * provider with issuer A and audience "helmgate"); where this service is stricter, the row says so.
 * {@code SameAsEnvoyIT} holds both against it.
 */
public final class TokenTable {

  public static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);

  /** Where extauthz differs from Envoy, by intent; docs/envoy-compatibility.md says why. */
  public enum Difference {
    EMPTY_SECTION,
    BASE64URL_FORM,
    LAX_JSON,
    CRITICAL_EXTENSION,
    ZERO_EXPIRY
  }

  /**
   * One token.
   *
   * @param status 200 or that of the refusal
   * @param text text of the refusal; empty when accepted
   * @param difference why Envoy answers otherwise; empty when it answers the same
   */
  public record Row(
      String name, String token, int status, String text, Optional<Difference> difference) {
    @Override
    public String toString() {
      return name;
    }
  }

  private static final String GOOD = "\"iss\":\"A\",\"aud\":\"helmgate\",\"sub\":\"alice\"";
  private static final String FORM =
      "Jwt is not in the form of Header.Payload.Signature with two dots and 3 sections";
  private static final String HEADER_BASE64 = "Jwt header is an invalid Base64url encoded";
  private static final String HEADER_JSON = "Jwt header is an invalid JSON";
  private static final String PAYLOAD_JSON = "Jwt payload is an invalid JSON";
  private static final String SIGNATURE_BASE64 = "Jwt signature is an invalid Base64url encoded";
  private static final String VERIFICATION = "Jwt verification fails";
  private static final String NO_KEY = "Jwks doesn't have key to match kid or alg from Jwt";

  private final List<Row> rows = new ArrayList<>();

  private final Instant now;
  private final int slack;

  private TokenTable(Instant now, int slack) {
    this.now = now;
    this.slack = slack;
  }

  /** The table at {@link #NOW}. */
  public static List<Row> rows() {
    return rows(NOW, 0);
  }

  /**
   * The table.
   *
   * @param slack by how many seconds a clock that goes on may differ from now
   */
  public static List<Row> rows(Instant now, int slack) {
    TokenTable table = new TokenTable(now, slack);
    table.algorithms();
    table.form();
    table.header();
    table.payload();
    table.times();
    table.issuerAndAudience();
    table.keys();
    return table.rows;
  }

  public static String jwks() {
    return TestKeys.jwks(
        TestKeys.RSA, TestKeys.P256, TestKeys.P384, TestKeys.P521, TestKeys.ED25519);
  }

  private void row(String name, String token, int status, String text) {
    rows.add(new Row(name, token, status, text, Optional.empty()));
  }

  private void refused(String name, String token, String text) {
    row(name, token, 401, text);
  }

  private void stricter(Difference difference, String name, String token, String text) {
    rows.add(new Row(name, token, 401, text, Optional.of(difference)));
  }

  private String claims(String more) {
    return "{" + GOOD + ",\"exp\":" + (now.getEpochSecond() + 300) + more + "}";
  }

  private String rs256(String header) {
    return sign(TestKeys.RSA, "RS256", header, claims(""));
  }

  private void algorithms() {
    Map<String, JWK> keys =
        Map.of(
            "RS256", TestKeys.RSA,
            "RS384", TestKeys.RSA,
            "RS512", TestKeys.RSA,
            "PS256", TestKeys.RSA,
            "PS384", TestKeys.RSA,
            "PS512", TestKeys.RSA,
            "ES256", TestKeys.P256,
            "ES384", TestKeys.P384,
            "ES512", TestKeys.P521,
            "EdDSA", TestKeys.ED25519);
    keys.forEach(
        (alg, key) -> {
          String header = "{\"alg\":\"" + alg + "\",\"kid\":\"" + key.getKeyID() + "\"}";
          String good = sign(key, alg, header, claims(""));
          String expired = sign(key, alg, header, "{" + GOOD + ",\"exp\":10}");
          String[] parts = good.split("\\.", -1);
          row(alg + " good", good, 200, "");
          refused(alg + " expired", expired, "Jwt is expired");
          refused(
              alg + " with another payload",
              parts[0] + '.' + base64(claims(",\"x\":1")) + '.' + parts[2],
              VERIFICATION);
          refused(
              alg + " with another header",
              base64(header.replace("{", "{\"x\":1,")) + '.' + parts[1] + '.' + parts[2],
              VERIFICATION);
          refused(
              alg + " with a short signature",
              parts[0] + '.' + parts[1] + ".AAAA",
              alg.equals("EdDSA") ? "Jwt ED25519 signature is wrong length" : VERIFICATION);
          refused(
              alg + " expired with a bad signature",
              expired.substring(0, expired.lastIndexOf('.')) + ".AAAA",
              "Jwt is expired");
          variants(alg, key, header);
          refused(
              alg + " with an unknown kid",
              sign(key, alg, header.replace(key.getKeyID(), "nobody"), claims("")),
              NO_KEY);
        });
  }

  private void variants(String alg, JWK key, String header) {
    String later = ",\"exp\":" + (now.getEpochSecond() + 300);
    String good = sign(key, alg, header, claims(""));
    row(alg + " without exp", sign(key, alg, header, "{" + GOOD + "}"), 200, "");
    row(alg + " without kid", sign(key, alg, "{\"alg\":\"" + alg + "\"}", claims("")), 200, "");
    refused(
        alg + " not yet valid",
        sign(key, alg, header, claims(",\"nbf\":" + (now.getEpochSecond() + 250))),
        "Jwt not yet valid");
    refused(
        alg + " of another issuer",
        sign(key, alg, header, "{\"iss\":\"B\",\"aud\":\"helmgate\"" + later + "}"),
        "Jwt issuer is not configured");
    row(
        alg + " for another audience",
        sign(key, alg, header, "{\"iss\":\"A\",\"aud\":\"other\"" + later + "}"),
        403,
        "Audiences in Jwt are not allowed");
    refused(alg + " without signature", good.substring(0, good.lastIndexOf('.') + 1), FORM);
    stricter(Difference.EMPTY_SECTION, alg + " with a trailing dot", good + '.', FORM);
    refused(
        alg + " with a signature of zeros",
        good.substring(0, good.lastIndexOf('.') + 1)
            + "A".repeat(good.length() - good.lastIndexOf('.') - 1),
        VERIFICATION);
  }

  private void form() {
    String good = token(claims(""));
    String[] parts = good.split("\\.", -1);
    refused("one section", "abc", FORM);
    refused("two sections", "a.b", FORM);
    refused("four sections", "a.b.c.d", FORM);
    refused("empty signature", parts[0] + '.' + parts[1] + '.', FORM);
    stricter(Difference.EMPTY_SECTION, "trailing dot", good + '.', FORM);
    stricter(Difference.EMPTY_SECTION, "leading dot", '.' + good, FORM);
    stricter(Difference.EMPTY_SECTION, "doubled dot", good.replaceFirst("\\.", ".."), FORM);
    stricter(
        Difference.BASE64URL_FORM,
        "header with padding",
        parts[0] + "=." + parts[1] + '.' + parts[2],
        HEADER_BASE64);
    refused(
        "header with wrong padding", parts[0] + "==." + parts[1] + '.' + parts[2], HEADER_BASE64);
    refused("header with a plus", parts[0] + "+." + parts[1] + '.' + parts[2], HEADER_BASE64);
    refused(
        "payload with an exclamation mark",
        parts[0] + ".!!!." + parts[2],
        "Jwt payload is an invalid Base64url encoded");
    refused("signature of one character", parts[0] + '.' + parts[1] + ".A", SIGNATURE_BASE64);
    refused("signature with wrong padding", good + "=", SIGNATURE_BASE64);
    stricter(Difference.BASE64URL_FORM, "signature with padding", good + "==", SIGNATURE_BASE64);
    stricter(
        Difference.BASE64URL_FORM,
        "signature with left-over bits",
        nonCanonical(good),
        SIGNATURE_BASE64);
    stricter(Difference.BASE64URL_FORM, "text behind the signature", good + " x", SIGNATURE_BASE64);
  }

  private static String nonCanonical(String token) {
    String alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    char last = token.charAt(token.length() - 1);
    return token.substring(0, token.length() - 1) + alphabet.charAt(alphabet.indexOf(last) + 1);
  }

  private void header() {
    String alg = "Jwt header [alg] field is required and must be a string";
    String unsupported = "Jwt header [alg] is not supported";
    refused("header is no JSON", rs256("abc"), HEADER_JSON);
    refused("header is an array", rs256("[1]"), HEADER_JSON);
    stricter(Difference.LAX_JSON, "header is null", rs256("null"), HEADER_JSON);
    stricter(Difference.LAX_JSON, "header in single quotes", rs256("{'alg':'RS256'}"), HEADER_JSON);
    refused("header names alg twice", rs256("{\"alg\":\"none\",\"alg\":\"RS256\"}"), HEADER_JSON);
    refused("no alg", rs256("{\"kid\":\"rsa-1\"}"), alg);
    refused("alg is a number", rs256("{\"alg\":1}"), alg);
    refused("alg is null", rs256("{\"alg\":null}"), alg);
    refused("alg none", rs256("{\"alg\":\"none\"}"), unsupported);
    refused("alg None", rs256("{\"alg\":\"None\"}"), unsupported);
    refused("alg in lower case", rs256("{\"alg\":\"rs256\"}"), unsupported);
    refused("alg unknown", rs256("{\"alg\":\"ES256K\"}"), unsupported);
    refused(
        "kid is a number",
        rs256("{\"alg\":\"RS256\",\"kid\":1}"),
        "Jwt header [kid] field is not a string");
    row("kid left out", rs256("{\"alg\":\"RS256\"}"), 200, "");
    row("kid empty", rs256("{\"alg\":\"RS256\",\"kid\":\"\"}"), 200, "");
    row("typ is a number", rs256("{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"typ\":5}"), 200, "");
    stricter(
        Difference.CRITICAL_EXTENSION,
        "crit unknown",
        rs256("{\"alg\":\"RS256\",\"kid\":\"rsa-1\",\"crit\":[\"x\"],\"x\":1}"),
        VERIFICATION);
  }

  private void payload() {
    refused("payload is no JSON", token("abc"), PAYLOAD_JSON);
    refused("payload is an array", token("[]"), PAYLOAD_JSON);
    refused("payload names iss twice", token(claims(",\"iss\":\"A\"")), PAYLOAD_JSON);
    refused("payload has a number out of range", token(claims(",\"x\":1e400")), PAYLOAD_JSON);
    stricter(
        Difference.LAX_JSON,
        "payload with a trailing comma",
        token("{" + GOOD + ",}"),
        PAYLOAD_JSON);
    refused("payload with text behind it", token(claims("") + "x"), PAYLOAD_JSON);
    for (String name : List.of("iss", "sub", "jti")) {
      for (String value : List.of("1", "null", "[\"A\"]")) {
        refused(
            name + " is " + value,
            token("{\"" + name + "\":" + value + "}"),
            "Jwt payload [" + name + "] field is not a string");
      }
    }
    for (String value : List.of("1", "null", "{}", "[\"helmgate\",1]")) {
      refused(
          "aud is " + value,
          token("{\"iss\":\"A\",\"aud\":" + value + "}"),
          "Jwt payload [aud] field is not a string or string list");
    }
  }

  private void times() {
    long now = this.now.getEpochSecond();
    for (String name : List.of("iat", "nbf", "exp")) {
      String field = "Jwt payload [" + name + "] field is not ";
      String claim = "{" + GOOD + ",\"" + name + "\":";
      refused(name + " is a text", token(claim + "\"1\"}"), field + "an integer");
      refused(name + " is null", token(claim + "null}"), field + "an integer");
      refused(name + " is negative", token(claim + "-1}"), field + "a positive 64 bit integer");
      refused(name + " is huge", token(claim + "1e30}"), field + "a positive 64 bit integer");
    }
    row("no exp", token("{" + GOOD + "}"), 200, "");
    row("exp with a fraction", token("{" + GOOD + ",\"exp\":" + now + ".5}"), 200, "");
    row("expired 60 s ago", token("{" + GOOD + ",\"exp\":" + (now - 60 + slack) + "}"), 200, "");
    refused(
        "expired 61 s ago",
        token("{" + GOOD + ",\"exp\":" + (now - 61 - slack) + "}"),
        "Jwt is expired");
    stricter(
        Difference.ZERO_EXPIRY,
        "expired in 1970",
        token("{" + GOOD + ",\"exp\":0}"),
        "Jwt is expired");
    row("valid in 60 s", token("{" + GOOD + ",\"nbf\":" + (now + 60 - slack) + "}"), 200, "");
    refused(
        "valid in 61 s",
        token("{" + GOOD + ",\"nbf\":" + (now + 61 + slack) + "}"),
        "Jwt not yet valid");
    refused(
        "expired, for another audience",
        token("{\"iss\":\"A\",\"aud\":\"other\",\"exp\":10}"),
        "Jwt is expired");
  }

  private void issuerAndAudience() {
    String issuer = "Jwt issuer is not configured";
    String audience = "Audiences in Jwt are not allowed";
    refused("another issuer", token("{\"iss\":\"B\",\"exp\":10}"), issuer);
    refused("issuer with a slash", token("{\"iss\":\"A/\"}"), issuer);
    refused("no issuer", token("{\"sub\":\"alice\"}"), issuer);
    row("another audience", token("{\"iss\":\"A\",\"aud\":\"other\"}"), 403, audience);
    row("no audience", token("{\"iss\":\"A\"}"), 403, audience);
    row("empty audience list", token("{\"iss\":\"A\",\"aud\":[]}"), 403, audience);
    row("audience in another case", token("{\"iss\":\"A\",\"aud\":\"Helmgate\"}"), 403, audience);
    row("one of two audiences", token("{\"iss\":\"A\",\"aud\":[\"x\",\"helmgate\"]}"), 200, "");
    row("audience as a URL", token("{\"iss\":\"A\",\"aud\":\"https://helmgate/\"}"), 200, "");
    row(
        "another audience, bad signature",
        token(TestKeys.OTHER_RSA, "{\"iss\":\"A\",\"aud\":\"other\"}"),
        403,
        audience);
  }

  private void keys() {
    refused(
        "signed by another key of the same kid",
        sign(TestKeys.OTHER_RSA, "RS256", "{\"alg\":\"RS256\",\"kid\":\"rsa-1\"}", claims("")),
        VERIFICATION);
    refused(
        "kid of a key of another type",
        rs256("{\"alg\":\"RS256\",\"kid\":\"p256\"}"),
        VERIFICATION);
    refused(
        "alg of another curve",
        sign(TestKeys.P256, "ES256", "{\"alg\":\"ES384\",\"kid\":\"p256\"}", claims("")),
        VERIFICATION);
    refused(
        "HS256 with the public key as secret",
        base64("{\"alg\":\"HS256\",\"kid\":\"rsa-1\"}") + '.' + base64(claims("")) + ".AAAA",
        VERIFICATION);
  }
}
