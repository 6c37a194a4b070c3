package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChartVersionTest {
  /** SemVer 2, paragraph 11, with Helm's leniency at the ends. */
  private static final List<String> ASCENDING =
      List.of(
          "0.9",
          "1.0.0-alpha",
          "1.0.0-alpha.1",
          "1.0.0-alpha.beta",
          "1.0.0-beta",
          "1.0.0-beta.2",
          "1.0.0-beta.11",
          "1.0.0-rc.1",
          "v1",
          "1.2.0",
          "1.10.0",
          "2.0.20240101120000",
          "2.0.20240101120001");

  @Test
  void ordersAsSemVerDoes() {
    List<ChartVersion> expected =
        ASCENDING.stream().map(text -> ChartVersion.parse(text).orElseThrow()).toList();
    List<ChartVersion> shuffled = new ArrayList<>(expected);
    Collections.shuffle(shuffled, new Random(7));

    assertThat(shuffled.stream().sorted().toList()).isEqualTo(expected);
  }

  @Test
  void buildsOfOneVersionAreEqualInOrder() {
    assertThat(ChartVersion.parse("1.0.0+a").orElseThrow())
        .isEqualByComparingTo(ChartVersion.parse("v1.0+b").orElseThrow());
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "latest", "1.2.3.4", "1..2", "1.0.0-", "1.0.0-a..b", "-1.0.0"})
  void refusesWhatIsNoVersion(String text) {
    assertThat(ChartVersion.parse(text)).isEmpty();
  }
}
