package io.helmgate.deployer.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class MasksTest {
  private final Masks masks = Masks.of(List.of("*password*", "*apikey*", "key", "*.key"));

  @ParameterizedTest
  @CsvSource({
    "password, true",
    "dbPassword, true",
    "DB_PASS_WORD, true",
    "api-key, true",
    "key, true",
    "tls.key, true",
    "keycloak, false",
    "monkey, false",
    "user, false"
  })
  void masksByNames(String name, boolean secret) {
    assertThat(masks.isSecret(name)).isEqualTo(secret);
  }

  @Test
  void masksTextsAndNumbersBelowAMaskedNameAndWhatCameFromSecrets() {
    Values values =
        new Values(
            Map.of(
                "password", Map.of("value", "hunter2", "pin", 1234, "enabled", true),
                "dsn", "postgres://u:p@db",
                "user", "bob"),
            Set.of(ValuePath.ROOT.key("dsn")));

    assertThat(masks.mask(values))
        .isEqualTo(
            Map.of(
                "password", Map.of("value", "<masked>", "pin", "<masked>", "enabled", true),
                "dsn", "<masked>",
                "user", "bob"));
    assertThat(masks.mask(new Values(Map.of("user", "bob"), Set.of(ValuePath.ROOT))))
        .isEqualTo(Map.of("user", "<masked>"));
    assertThat(Masks.of(List.of()).isSecret("password")).isFalse();
  }

  @Test
  void masksInObjectsWhatIsMadeOfThem() {
    Values values =
        new Values(
            Map.of("dsn", "postgres://u:p@db", "adminPassword", "web", "user", "bob"),
            Set.of(ValuePath.ROOT.key("dsn")));
    ObjectMasks objects = new ObjectMasks(masks, values);

    assertThat(
            objects.mask(
                Map.of(
                    "kind", "Secret", "metadata", Map.of("name", "web"), "data", Map.of("a", "b"))))
        .isEqualTo(
            Map.of(
                "kind", "Secret",
                "metadata", Map.of("name", "web"),
                "data", Map.of("a", "<masked>")));
    assertThat(
            objects.mask(
                Map.of(
                    "kind",
                    "Deployment",
                    "env",
                    List.of(
                        Map.of("name", "API_KEY", "value", "x"),
                        Map.of("name", "URL", "value", "postgres://u:p@db?a"),
                        Map.of("name", "USER", "value", "bob")))))
        .isEqualTo(
            Map.of(
                "kind",
                "Deployment",
                "env",
                List.of(
                    Map.of("name", "API_KEY", "value", "<masked>"),
                    Map.of("name", "URL", "value", "<masked>?a"),
                    Map.of("name", "USER", "value", "bob"))));
    assertThat(objects.mask(Map.of("kind", "ConfigMap", "data", Map.of("password", "x", "b", "y"))))
        .isEqualTo(Map.of("kind", "ConfigMap", "data", Map.of("password", "<masked>", "b", "y")));
  }
}
