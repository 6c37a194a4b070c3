package io.helmgate.deployer.values;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
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

  @Test
  void manySecretsAreMaskedInOnePass() {
    Map<String, Object> all = new LinkedHashMap<>();
    Set<ValuePath> secret = new LinkedHashSet<>();
    StringBuilder text = new StringBuilder();
    for (int i = 0; i < 50_000; i++) {
      all.put("k" + i, "s" + i + "!");
      secret.add(ValuePath.ROOT.key("k" + i));
      text.append(" s").append(i).append('!');
    }
    Values values = new Values(Map.copyOf(all), secret);

    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          ObjectMasks objects = new ObjectMasks(masks, values);
          for (int i = 1; i < 1000; i++) {
            assertThat(objects.mask("an s" + i + "0! of the many"))
                .isEqualTo("an <masked> of the many");
          }
          assertThat(objects.mask(text.toString()).replace(" ", ""))
              .isEqualTo(shortOnes(text.toString()));
          assertThat(masks.mask(values)).hasSize(50_000).containsValue("<masked>");
          assertThat(Set.copyOf(masks.mask(values).values())).containsExactly("<masked>");
        });
  }

  /** Those of less than four characters are not looked for within texts. */
  private static String shortOnes(String text) {
    return Arrays.stream(text.strip().split(" "))
        .map(each -> each.length() < 4 ? each : "<masked>")
        .collect(Collectors.joining());
  }
}
