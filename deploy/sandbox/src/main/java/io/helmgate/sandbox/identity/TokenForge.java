package io.helmgate.sandbox.identity;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.UUID;
import java.util.function.Consumer;

/**
 * Signs access tokens that Keycloak itself would not give, with a key that its realm publishes:
 * they are good to whoever looks at the signature alone.
 */
public final class TokenForge {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Base64.Encoder BASE64 = Base64.getUrlEncoder().withoutPadding();
  private static final Duration LIFETIME = Duration.ofMinutes(5);

  private final String issuer;
  private final String keyId;
  private final PrivateKey key;
  private final Clock clock;

  TokenForge(String issuer, String keyId, PrivateKey key, Clock clock) {
    this.issuer = issuer;
    this.keyId = keyId;
    this.key = key;
    this.clock = clock;
  }

  /** Returns a good token of alice, who is in the group platform, after a change of its claims. */
  public String token(Consumer<ObjectNode> change) {
    return token(keyId, change);
  }

  /** The same with another key id in its header. */
  public String token(String kid, Consumer<ObjectNode> change) {
    ObjectNode header = JSON.createObjectNode();
    header.put("alg", "RS256").put("typ", "JWT").put("kid", kid);
    Instant now = clock.instant();
    ObjectNode claims = JSON.createObjectNode();
    claims
        .put("iss", issuer)
        .put("aud", Keycloak.AUDIENCE)
        .put("sub", UUID.randomUUID().toString());
    claims.put("jti", UUID.randomUUID().toString()).put("azp", Keycloak.CLIENT);
    claims.put("preferred_username", "alice").put("iat", now.getEpochSecond());
    claims.put("exp", now.plus(LIFETIME).getEpochSecond());
    claims.putArray("groups").add("platform");
    change.accept(claims);
    return sign(header, claims);
  }

  /** Returns a token that ended an hour ago. */
  public String expiredToken() {
    Instant end = clock.instant().minus(Duration.ofHours(1));
    return token(
        claims ->
            claims
                .put("iat", end.minus(LIFETIME).getEpochSecond())
                .put("exp", end.getEpochSecond()));
  }

  private String sign(ObjectNode header, ObjectNode claims) {
    String input = encoded(header) + "." + encoded(claims);
    try {
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(input.getBytes(StandardCharsets.US_ASCII));
      return input + "." + BASE64.encodeToString(signature.sign());
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("RS256: every JDK has it", e);
    }
  }

  private static String encoded(ObjectNode json) {
    return BASE64.encodeToString(json.toString().getBytes(StandardCharsets.UTF_8));
  }
}
