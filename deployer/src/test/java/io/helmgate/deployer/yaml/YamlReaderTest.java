package io.helmgate.deployer.yaml;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.util.List;
import java.util.Map;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class YamlReaderTest {
  private static final int NODES = 1000;

  private final YamlReader reader = new YamlReader(NODES, 30);

  /** The right column is what Helm 3.21 prints for {@code .Values | toJson}. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "y: 1                              | {\"true\":1}",
        "n: -0x1F                          | {\"false\":-31}",
        "a: y                              | {\"a\":true}",
        "a: On                             | {\"a\":true}",
        "a: no                             | {\"a\":false}",
        "a: tRUE                           | {\"a\":\"tRUE\"}",
        "a: ~                              | {\"a\":null}",
        "a:                                | {\"a\":null}",
        "a: 09                             | {\"a\":9.0}",
        "a: 0755                           | {\"a\":493}",
        "a: 0o17                           | {\"a\":15}",
        "a: 0_7                            | {\"a\":7}",
        "a: 0x_1F                          | {\"a\":31}",
        "a: 0b_11                          | {\"a\":3}",
        "a: 0x_                            | {\"a\":\"0x_\"}",
        "a: 0b_                            | {\"a\":\"0b_\"}",
        "a: 0x                             | {\"a\":\"0x\"}",
        "a: 0xFFFFFFFFFFFFFFFFFFFF         | {\"a\":\"0xFFFFFFFFFFFFFFFFFFFF\"}",
        "a: 1_000                          | {\"a\":1000}",
        "a: 12_                            | {\"a\":12}",
        "a: +12                            | {\"a\":12}",
        "a: 18446744073709551615           | {\"a\":18446744073709551615}",
        "a: -9223372036854775808           | {\"a\":-9223372036854775808}",
        "a: 123456789012345678901234       | {\"a\":1.2345678901234569E23}",
        "a: 1e400                          | {\"a\":\"1e400\"}",
        "a: 12e03                          | {\"a\":12000.0}",
        "a: .5                             | {\"a\":0.5}",
        "a: +.5                            | {\"a\":0.5}",
        "a: 1.                             | {\"a\":1.0}",
        "a: 2026-01-02                     | {\"a\":\"2026-01-02\"}",
        "a: 1:30                           | {\"a\":\"1:30\"}",
        "a: '<<'                           | {\"a\":\"<<\"}",
        "a: '1'                            | {\"a\":\"1\"}",
        "a: !!str 4                        | {\"a\":\"4\"}",
        "a: !!int \"3\"                    | {\"a\":3}",
        "a: !!float 3                      | {\"a\":3}",
        "a: !!binary aGk=                  | {\"a\":\"hi\"}",
        "a: !foo bar                       | {\"a\":\"bar\"}",
        "a: !foo [1]                       | {\"a\":[1]}",
        "a: ! 12                           | {\"a\":\"12\"}",
        "{k: 1, k: 2}                      | {\"k\":2}",
        "{a:1}                             | {\"a:1\":null}",
        "1.50: f                           | {\"1.5\":\"f\"}",
        "1: i                              | {\"1\":\"i\"}",
        "{b: &b {a: 1}, m: {a: 2, <<: *b}} | {\"b\":{\"a\":1},\"m\":{\"a\":1}}",
        "{b: &b {a: 1}, m: {<<: *b, a: 2}} | {\"b\":{\"a\":1},\"m\":{\"a\":2}}",
        "{b: &b {a: 1}, c: *b}             | {\"b\":{\"a\":1},\"c\":{\"a\":1}}",
        "m: {<<: [{a: 1}, {a: 2, b: 2}]}   | {\"m\":{\"a\":1,\"b\":2}}",
        "null                              | {}",
        "'# nothing'                       | {}",
      })
  void readsValuesAsHelmDoes(String yaml, String json) throws Exception {
    assertThat(json(new YamlReader().mapping(yaml.equals("'# nothing'") ? "# nothing" : yaml)))
        .isEqualTo(json);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "~: 1",
        "? [1]\n: 2",
        "- a",
        "text",
        "a: b: c",
        "a: [",
        "a: .inf",
        "a: .NaN",
        "a: *b",
        "a: &a [*a]",
        "a: &x {b: *x}",
        "a: &x {b: 1, <<: *x}",
        "a: {<<: 1}",
        "a: {<<: [1]}",
        "a: !!int x",
        "a: !!bool 1",
        "a: !!null x",
        "a: !!float x",
        "a: !!binary '*'",
        "a: \"\\UFFFFFFFF\"",
        "a: \u0000",
        "%YAML 99999999999.1\n--- a",
      })
  void refusesWhatHelmRefuses(String yaml) {
    assertThatThrownBy(() -> new YamlReader().mapping(yaml)).isInstanceOf(NoYamlException.class);
  }

  @Test
  void ofSeveralDocumentsTheFirstHoldsTheValues() throws NoYamlException {
    assertThat(reader.mapping("a: 1\n---\nb: 2\n")).isEqualTo(Map.of("a", 1));
    assertThat(reader.documents("a: &x 1\n---\n---\nb: 2\n"))
        .containsExactly(Map.of("a", 1), null, Map.of("b", 2));
    assertThatThrownBy(() -> reader.documents("a: &x 1\n---\nb: *x\n"))
        .isInstanceOf(NoYamlException.class);
  }

  @Test
  void anchorsDoNotMultiply() {
    StringBuilder lists = new StringBuilder("a0: &a0 [x, x]\n");
    StringBuilder merges = new StringBuilder("a0: &a0 {x: {y: 1}}\n");
    for (int i = 1; i < 26; i++) {
      lists.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
      merges.append("a%d: &a%d {<<: *a%d, k%d: *a%d}\n".formatted(i, i, i - 1, i, i - 1));
    }

    for (StringBuilder yaml : List.of(lists, merges)) {
      assertThatThrownBy(() -> reader.mapping(yaml.toString())).hasMessage("more than 1000 values");
    }
  }

  @Test
  void aLongTextCountsAsOftenAsItIsRepeated() {
    String yaml = "a: &a " + "x".repeat(1 << 20) + "\nb: [" + "*a, ".repeat(32) + "]\n";

    assertThatThrownBy(() -> reader.mapping(yaml)).hasMessage("more than 32 MiB of text");
  }

  @Test
  void neitherTextsNorAnchorsNestDeeperThanIsSaid() {
    StringBuilder anchors = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i < 40; i++) {
      anchors.append("a%d: &a%d [*a%d]\n".formatted(i, i, i - 1));
    }
    for (String yaml :
        List.of("a: " + "[".repeat(40) + "]".repeat(40), "[".repeat(100_000), anchors.toString())) {
      assertThatThrownBy(() -> reader.mapping(yaml)).hasMessage("nested more than 30 levels deep");
    }
  }

  @Test
  void whatAnAliasMadeIsACopy() throws NoYamlException {
    Map<String, @Nullable Object> read = reader.mapping("a: &a {b: {c: 1}}\nd: *a\n");

    assertThat(read.get("d")).isEqualTo(read.get("a")).isNotSameAs(read.get("a"));
  }

  @Test
  void itsMessagesHoldNothingOfTheText() {
    assertThatThrownBy(() -> reader.mapping("password: hunter2\n  bad: [hunter2"))
        .hasMessage("no YAML at line 2, column 6")
        .hasNoCause();
  }

  @Property(tries = 2000)
  void anyTextIsReadOrRefused(@ForAll("texts") String text) {
    try {
      assertThat(reader.documents(text)).isNotNull();
    } catch (NoYamlException e) {
      assertThat(e.getMessage()).isNotEmpty();
    }
  }

  @Provide
  Arbitrary<String> texts() {
    return Arbitraries.of(
            "a",
            "b",
            ": ",
            ":",
            "\n",
            " ",
            "  ",
            "- ",
            "-",
            "[",
            "]",
            "{",
            "}",
            ", ",
            "&a ",
            "*a",
            "<<: ",
            "!",
            "!!int ",
            "!!binary ",
            "!<",
            ">",
            "|",
            "'",
            "\"",
            "\\",
            "\\x4",
            "\\U9",
            "#",
            "%YAML ",
            "%TAG ! ",
            "1",
            ".",
            "0x",
            "0b",
            "_",
            "e",
            "?",
            "? ",
            "---\n",
            "...\n",
            "\t",
            "~",
            "\u0000",
            "\ud800",
            "\u2028",
            "\ufeff",
            "@",
            "`",
            "1e999999999",
            "9".repeat(400))
        .list()
        .ofMaxSize(25)
        .map(parts -> String.join("", parts));
  }

  private static String json(Map<String, @Nullable Object> values) throws JsonProcessingException {
    return new ObjectMapper().writeValueAsString(values);
  }
}
