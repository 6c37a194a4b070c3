package io.helmgate.kit.config;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.HashMap;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class YamlFaultTest {

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      value = {
        "a: 1\\n  b: 2 => f:2: not YAML in column 4 (found: a colon where no key may stand: check the"
            + " indentation, or put the value in quotes)",
        "a:\\n\\tb: 1 => f:2: not YAML in column 1 (found: a tab: YAML is indented by spaces)",
        "a: \"b => f:1: not YAML in column 6 (found: a quote or bracket that is never closed)",
        "a: [b => f:1: not YAML in column 6 (found: a quote or bracket that is never closed)",
        "a: 1\\nb\\nc: 2 => f:3: not YAML in column 1 (found: a key without a colon)",
        "a:\\n    b: 1\\n  c: 2 => f:3: not YAML in column 3 (found: an indentation that fits no line"
            + " above)",
        "a: {b: 1 c: 2} => f:1: not YAML in column 11 (found: a list or mapping in brackets that"
            + " lacks a comma)",
        "a: *b => f:1: not YAML in column 4 (found: an alias (*name) without its anchor (&name))",
        "a: 1\\n---\\nb: 2 => f:2: not YAML in column 1 (found: a second document; only one may be in"
            + " the file)",
        "a: \"\\\\d\" => f:1: not YAML in column 6 (found: a backslash that escapes nothing: use single"
            + " quotes)",
        "a: @b => f:1: not YAML in column 4 (found: a character that needs the value to be in quotes)",
        "a: b\\001 => f: not YAML (found: a character that may not stand in a text file)"
      })
  void faultsAreToldInPlainWordsWithoutQuotingTheFile(String yaml, String report) {
    assertThat(report(yaml.translateEscapes())).isEqualTo(report);
  }

  @ParameterizedTest
  @CsvSource(
      delimiterString = " => ",
      value = {
        "*a => f:1: not YAML in column 1 (found: an alias (*name) without its anchor (&name))",
        "&a [*a] => f:1: [0]: an alias that contains itself (expected: plain text, numbers and"
            + " lists)"
      })
  void aliasesThatLeadNowhereAreRefused(String yaml, String report) {
    assertThat(report(yaml)).isEqualTo(report);
  }

  @ParameterizedTest
  @CsvSource({"20"})
  void aliasesThatMultiplyAreRefused(int levels) {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x]\n");
    for (int i = 1; i <= levels; i++) {
      yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }

    assertThat(report(yaml.toString())).isEqualTo("f: not YAML (found: too many aliases)");
  }

  private static String report(String yaml) {
    ConfigTree tree = new ConfigTree("f");
    SchemaNode anything = SchemaNode.of(JsonNodeFactory.instance.objectNode(), Map.of());
    Problems problems = new Problems(tree, anything);
    new YamlReader(line -> Origin.inFile("f", line), new HashMap<>(), problems)
        .read(yaml, KeyPath.ROOT);
    assertThat(problems.list()).hasSize(1);
    return problems.list().getFirst().toString();
  }
}
