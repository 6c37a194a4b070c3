package io.helmgate.deployer.values;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigDecimal;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class ValuesTest {

  @Test
  void mergesMapsByTheirKeysAndReplacesAllElse() {
    assertThat(
            Values.merge(
                Map.of("a", Map.of("x", 1, "y", List.of(1, 2)), "b", "old"),
                Map.of("a", Map.of("y", List.of(3)), "c", true)))
        .isEqualTo(Map.of("a", Map.of("x", 1, "y", List.of(3)), "b", "old", "c", true));
  }

  @Test
  void keepsNullForHelmSinceItRemovesADefaultOfTheChart() {
    Map<String, @Nullable Object> over = new LinkedHashMap<>();
    over.put("a", null);

    Map<String, @Nullable Object> merged = Values.merge(Map.of("a", Map.of("x", 1)), over);

    assertThat(merged).containsEntry("a", null);
    assertThat(Values.over(Map.of("a", 1, "b", 2), merged)).isEqualTo(Map.of("b", 2));
  }

  @Test
  void hidesSecretsInEachFormThatTextsHaveThem() {
    Values values =
        new Values(
            Map.of("db", Map.of("password", "p\"<1>")),
            Set.of(ValuePath.parse("db.password").orElseThrow()));

    assertThat(values.hide("as p\"<1>, {\"a\":\"p\\\"\\u003c1\\u003e\"}, cCI8MT4=."))
        .isEqualTo("as <masked>, {\"a\":\"<masked>\"}, <masked>.");
    assertThat(values.toString()).doesNotContain("p\"");
  }

  @Test
  void hidesSecretsThatOverlapOrStartAlikeOrAreLong() {
    String pem = "0123456789ABCDEF".repeat(100) + "!";
    Values values =
        new Values(
            Map.of("a", List.of("abcdef", "defghi", "abcd", "abcdefghijkl", "zzzz", pem)),
            Set.of(ValuePath.parse("a").orElseThrow()));

    assertThat(values.hide("abcdefghi.")).isEqualTo("<masked>.");
    assertThat(values.hide("abcdefghijkl.")).isEqualTo("<masked>.");
    assertThat(values.hide("abcdx abc zzzzz")).isEqualTo("<masked>x abc <masked>");
    assertThat(values.hide("[" + pem + "] [" + pem.substring(1) + "]"))
        .isEqualTo("[<masked>] [" + pem.substring(1, 16) + "<masked>]");
    assertThat(values.hide("abc")).isEqualTo("abc");
    assertThat(values.hide("")).isEmpty();
  }

  @Test
  void digestsOfNumbersTakeNoMoreThanTheirDigits() {
    assertThat(Canonical.of(new BigDecimal("1e999999999"))).hasSizeLessThan(20);
    assertThat(Canonical.of(1e20)).isEqualTo(Canonical.of(new BigDecimal("100000000000000000000")));
  }

  @Test
  void hidesEachLineOfASecretOfSeveral() {
    Values values =
        new Values(
            Map.of("pem", "-----BEGIN\nabcd1234\n"), Set.of(ValuePath.parse("pem").orElseThrow()));

    assertThat(values.hide("  abcd1234")).isEqualTo("  <masked>");
  }

  @Test
  void digestsAreEqualForEqualValuesOnly() {
    assertThat(Canonical.of(Map.of("a", 1, "b", List.of("x", "y"))))
        .isEqualTo(Canonical.of(new LinkedHashMap<>(Map.of("b", List.of("x", "y"), "a", 1L))));
    assertThat(Canonical.of(new BigDecimal("1.50"))).isEqualTo(Canonical.of(1.5));
    for (List<?> pair :
        List.of(
            Arrays.asList("1", 1),
            Arrays.asList(null, "null"),
            Arrays.asList(Map.of("a", "b"), Map.of("ab", "")),
            Arrays.asList(List.of("a", "b"), List.of("ab")),
            Arrays.asList(true, "true"))) {
      assertThat(Canonical.of(pair.get(0))).isNotEqualTo(Canonical.of(pair.get(1)));
    }
  }
}
