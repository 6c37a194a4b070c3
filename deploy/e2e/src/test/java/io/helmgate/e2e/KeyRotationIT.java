package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Keys come and go at the identity provider; good tokens go on working. */
final class KeyRotationIT {

  private static final Running HELMGATE = Running.helmgate();

  @Test
  void aTokenSignedByANewKeyWorksAtOnce() {
    var before = HELMGATE.freshToken("alice");
    HELMGATE.rotateIdentityProviderKey();
    var after = HELMGATE.freshToken("alice");

    assertThat(kid(after)).as("key id").isNotEqualTo(kid(before));
    assertThat(status(after)).isEqualTo(200);
    assertThat(status(before)).isEqualTo(200);
  }

  @Test
  void withoutTheIdentityProviderKnownKeysWorkAndUnknownOnesAreUnavailable() {
    var token = HELMGATE.freshToken("alice");
    assertThat(status(token)).isEqualTo(200);

    HELMGATE.withoutIdentityProvider(
        () -> {
          assertThat(status(token)).isEqualTo(200);
          var unknown =
              HELMGATE.http(HELMGATE.forgedTokens().unknownKid()).send("GET", "/apps/team-a", "");
          assertThat(unknown.status()).isEqualTo(503);
          assertThat(unknown.header("retry-after")).isNotEmpty();
          assertThat(unknown.body()).doesNotContain("invalid_token");
        });

    assertThat(status(HELMGATE.freshToken("alice"))).isEqualTo(200);
  }

  private static int status(String token) {
    return HELMGATE.http(token).send("GET", "/apps/team-a", "").status();
  }

  private static String kid(String token) {
    var header = token.substring(0, token.indexOf('.'));
    return Values.parse(
            new String(
                java.util.Base64.getUrlDecoder().decode(header),
                java.nio.charset.StandardCharsets.UTF_8))
        .path("kid")
        .asText();
  }
}
