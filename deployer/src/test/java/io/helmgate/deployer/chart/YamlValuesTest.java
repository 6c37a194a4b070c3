package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

final class YamlValuesTest {

  @Test
  void readsWhatHelmReads() throws BadChartException {
    assertThat(
            YamlValues.read(
                "values.yaml",
                """
                on: true
                list: [1, 2.5, x]
                base: &base {a: 1}
                merged: {<<: *base, b: 2}
                day: 2026-11-22
                none:
                1: number
                """))
        .containsEntry("true", true)
        .containsEntry("list", List.of(1, 2.5, "x"))
        .containsEntry("merged", Map.of("a", 1, "b", 2))
        .containsEntry("day", "2026-11-22")
        .containsEntry("none", null)
        .containsEntry("1", "number");
    assertThat(YamlValues.read("values.yaml", "# nothing\n")).isEmpty();
  }

  @Test
  void anchorsDoNotMultiply() {
    StringBuilder yaml = new StringBuilder("a0: &a0 [x, x]\n");
    for (int i = 1; i < 24; i++) {
      yaml.append("a%d: &a%d [*a%d, *a%d]\n".formatted(i, i, i - 1, i - 1));
    }

    assertThatThrownBy(() -> YamlValues.read("values.yaml", yaml.toString()))
        .isInstanceOf(BadChartException.class)
        .hasMessage("values.yaml: more than 100000 values");
  }

  @Test
  void anchorsThatHoldThemselvesAreRefused() {
    assertThatThrownBy(() -> YamlValues.read("values.yaml", "a: &a [*a]\n"))
        .isInstanceOf(BadChartException.class);
  }

  @Test
  void whatIsDeepOrNoMappingIsRefused() {
    for (String text : new String[] {"a: " + "[".repeat(40) + "]".repeat(40), "[1]", "a: b: c"}) {
      assertThatThrownBy(() -> YamlValues.read("values.yaml", text))
          .isInstanceOf(BadChartException.class);
    }
  }

  @Test
  void makesNoObjects() {
    assertThatThrownBy(
            () -> YamlValues.read("values.yaml", "a: !!javax.script.ScriptEngineManager []\n"))
        .isInstanceOf(BadChartException.class);
  }
}
