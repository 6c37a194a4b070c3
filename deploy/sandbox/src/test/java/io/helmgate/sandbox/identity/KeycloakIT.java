package io.helmgate.sandbox.identity;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.Component;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.SandboxOptions;
import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Base64;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class KeycloakIT {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Sandbox sandbox;
  private static Keycloak keycloak;

  @BeforeAll
  static void start(@TempDir Path run) {
    sandbox =
        Sandbox.start(
            SandboxOptions.in(Checkout.find())
                .run(run)
                .only(Component.KEYCLOAK)
                .progress(System.out::println));
    keycloak = sandbox.keycloak();
  }

  @AfterAll
  static void stop() {
    sandbox.close();
  }

  @ParameterizedTest
  @CsvSource({
    "alice, platform",
    "bob, team-a",
    "carol, readers",
    "mallory, system:masters",
  })
  void aUsersTokenIsForHelmgateAndNamesTheUsersGroup(String user, String group) throws Exception {
    JsonNode claims = claims(keycloak.token(user));

    assertThat(claims.path("preferred_username").asText()).isEqualTo(user);
    assertThat(claims.path("iss").asText()).isEqualTo(keycloak.issuer());
    assertThat(claims.path("aud").asText()).isEqualTo(Keycloak.AUDIENCE);
    assertThat(claims.path("groups")).singleElement().extracting(JsonNode::asText).isEqualTo(group);
    assertThat(claims.path("exp").asLong() - claims.path("iat").asLong()).isEqualTo(300);
  }

  @Test
  void aJobsTokenNamesTheJobsGroup() throws Exception {
    JsonNode claims = claims(keycloak.serviceToken());

    assertThat(claims.path("azp").asText()).isEqualTo(Keycloak.SERVICE_CLIENT);
    assertThat(claims.path("aud").asText()).isEqualTo(Keycloak.AUDIENCE);
    assertThat(claims.path("groups"))
        .singleElement()
        .extracting(JsonNode::asText)
        .isEqualTo("team-a");
  }

  @Test
  void aTokenOfAnotherClientIsNotForHelmgate() throws Exception {
    assertThat(claims(keycloak.token("alice", Keycloak.OTHER_CLIENT)).path("aud").toString())
        .doesNotContain(Keycloak.AUDIENCE);
  }

  @Test
  void aForgedTokenIsSignedByAKeyThatTheRealmPublishes() throws Exception {
    String forged = keycloak.forge().expiredToken();

    assertThat(publishedKeys()).contains(header(forged).path("kid").asText());
    assertThat(claims(forged).path("exp").asLong()).isLessThan(Instant.now().getEpochSecond());
    assertThat(publishedKeys()).contains(header(keycloak.token("alice")).path("kid").asText());
  }

  @Test
  void aRotationSignsByANewKeyAndWithdrawsTheOldOneWhenTold() throws Exception {
    String first = header(keycloak.token("alice")).path("kid").asText();

    keycloak.rotateSigningKey(true);
    String second = header(keycloak.token("alice")).path("kid").asText();
    assertThat(second).isNotEqualTo(first);
    assertThat(publishedKeys()).contains(first, second);

    keycloak.rotateSigningKey(false);
    String third = header(keycloak.token("alice")).path("kid").asText();
    assertThat(third).isNotIn(first, second);
    assertThat(publishedKeys()).contains(third).doesNotContain(first, second);
  }

  @Test
  void aStoppedProviderComesBackWithItsKeys() throws Exception {
    String before = header(keycloak.token("alice")).path("kid").asText();

    keycloak.stop();
    assertThatThrownBy(() -> keycloak.token("alice")).hasMessageContaining("no answer");
    keycloak.start();

    assertThat(header(keycloak.token("alice")).path("kid").asText()).isEqualTo(before);
  }

  private static JsonNode header(String token) throws IOException {
    return part(token, 0);
  }

  private static JsonNode claims(String token) throws IOException {
    return part(token, 1);
  }

  private static JsonNode part(String token, int index) throws IOException {
    return JSON.readTree(Base64.getUrlDecoder().decode(token.split("\\.", -1)[index]));
  }

  private static Set<String> publishedKeys() throws IOException {
    Set<String> kids = new HashSet<>();
    try (InputStream in = URI.create(keycloak.jwksUri()).toURL().openStream()) {
      JSON.readTree(in).path("keys").forEach(key -> kids.add(key.path("kid").asText()));
    }
    return kids;
  }
}
