package io.helmgate.kit.assertion;

import com.nimbusds.jose.Payload;
import com.nimbusds.jwt.JWTClaimsSet;
import java.text.ParseException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Date;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** The claims of an assertion, and the rules that hold for signer and verifier alike. */
final class AssertionClaims {

  static final Duration MAX_LIFETIME = Duration.ofSeconds(60);

  private static final String GROUPS = "groups";
  private static final String DECISION_ID = "decision_id";
  private static final String CALL_DIGEST = "call_digest";
  private static final String TOKEN_EXPIRY = "token_exp";
  private static final String RESERVED = "system:";

  private AssertionClaims() {}

  static Payload write(Assertion assertion, String issuer) {
    JWTClaimsSet.Builder claims =
        new JWTClaimsSet.Builder()
            .issuer(issuer)
            .audience(assertion.audience())
            .subject(assertion.subject())
            .claim(GROUPS, assertion.groups())
            .claim(DECISION_ID, assertion.decisionId())
            .issueTime(Date.from(assertion.issuedAt()))
            .expirationTime(Date.from(assertion.expiresAt()))
            .jwtID(assertion.id());
    assertion.callDigest().ifPresent(digest -> claims.claim(CALL_DIGEST, digest));
    assertion.tokenExpiresAt().ifPresent(time -> claims.claim(TOKEN_EXPIRY, time.getEpochSecond()));
    return claims.build().toPayload();
  }

  /** Throws ParseException naming the claim that is absent or of a wrong type. */
  static Assertion read(JWTClaimsSet claims, String audience) throws ParseException {
    return new Assertion(
        text("sub", claims.getSubject()),
        groups(claims),
        audience,
        text(DECISION_ID, claims.getStringClaim(DECISION_ID)),
        claims.getClaim(CALL_DIGEST) == null
            ? Optional.empty()
            : Optional.of(text(CALL_DIGEST, claims.getStringClaim(CALL_DIGEST))),
        Optional.ofNullable(claims.getLongClaim(TOKEN_EXPIRY)).map(Instant::ofEpochSecond),
        text("jti", claims.getJWTID()),
        time("iat", claims.getIssueTime()).toInstant(),
        time("exp", claims.getExpirationTime()).toInstant());
  }

  /**
   * What is wrong with a user or group name; empty if nothing is.
   *
   * <p>Names beginning with {@code system:} are Kubernetes' own, such as {@code system:masters}.
   */
  static Optional<String> problem(String what, String name) {
    if (name.isBlank()) {
      return Optional.of(what + ": empty");
    }
    if (name.toLowerCase(Locale.ROOT).startsWith(RESERVED)) {
      return Optional.of(what + ": begins with " + RESERVED);
    }
    return name.chars().anyMatch(Character::isISOControl)
        ? Optional.of(what + ": control characters")
        : Optional.empty();
  }

  static Optional<String> problem(Assertion assertion) {
    return problem("subject", assertion.subject())
        .or(
            () ->
                assertion.groups().stream()
                    .flatMap(group -> problem("group", group).stream())
                    .findFirst());
  }

  private static List<String> groups(JWTClaimsSet claims) throws ParseException {
    if (!(claims.getClaim(GROUPS) instanceof List<?> list)) {
      throw new ParseException(GROUPS + ": absent or no list", 0);
    }
    List<String> groups = new ArrayList<>();
    for (Object group : list) {
      if (!(group instanceof String name)) {
        throw new ParseException(GROUPS + ": not all strings", 0);
      }
      groups.add(name);
    }
    return List.copyOf(groups);
  }

  private static String text(String claim, @Nullable String value) throws ParseException {
    if (value == null || value.isBlank()) {
      throw new ParseException(claim + ": absent", 0);
    }
    return value;
  }

  private static Date time(String claim, @Nullable Date value) throws ParseException {
    if (value == null) {
      throw new ParseException(claim + ": absent", 0);
    }
    return value;
  }
}
