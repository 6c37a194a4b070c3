package io.helmgate.bench.result;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helmgate.bench.result.Measure.Goal;
import java.util.List;
import org.junit.jupiter.api.Test;

final class ReportTest {

  @Test
  void theMedianOfAnEvenNumberOfRoundsLiesBetweenTheMiddleOnes() {
    assertThat(Spread.of(List.of(4.0, 1.0, 2.0, 10.0))).isEqualTo(new Spread(3, 1, 10));
    assertThat(Spread.of(List.of(4.0, 1.0, 2.0))).isEqualTo(new Spread(2, 1, 4));
    assertThatThrownBy(() -> Spread.of(List.of())).hasMessageContaining("values: none");
  }

  @Test
  void ratiosCompareWhatWasMeasuredInTheSameRound() {
    assertThat(Spread.ofRatios(List.of(1.0, 4.0, 9.0), List.of(2.0, 2.0, 3.0)))
        .isEqualTo(new Spread(2, 0.5, 3));
  }

  @Test
  void aGoalIsMetByTheMedianAlone() {
    Spread spread = new Spread(0.6, 0.1, 0.9);

    assertThat(Measure.aimed("a", spread, "ratio", Goal.atLeast(0.6)).met()).isTrue();
    assertThat(Measure.aimed("a", spread, "ratio", Goal.atLeast(0.61)).met()).isFalse();
    assertThat(Measure.aimed("a", spread, "ratio", Goal.atMost(0.6)).met()).isTrue();
    assertThat(Measure.aimed("a", spread, "ratio", Goal.atMost(0.59)).met()).isFalse();
    assertThat(Measure.shown("a", spread, "ratio").met()).isNull();
  }

  @Test
  void theFileHasTheStatedForm() {
    Report report = new Report("extauthz");
    report.add(Measure.aimed("a ÷ b", new Spread(2.5, 2, 3), "ratio", Goal.atLeast(3)));
    report.add(Measure.shown("a", new Spread(1200, 1200, 1200), "requests/s"));

    assertThat(report.json().toString())
        .isEqualTo(
            "{\"bench\":\"extauthz\",\"measures\":["
                + "{\"name\":\"a ÷ b\",\"value\":2.5,\"unit\":\"ratio\","
                + "\"goal\":\"at least 3.00\",\"met\":false},"
                + "{\"name\":\"a\",\"value\":1200.0,\"unit\":\"requests/s\","
                + "\"goal\":null,\"met\":null}]}");
  }

  @Test
  void theTableSaysWhichGoalsAreMissed() {
    Report report = new Report("extauthz");
    report.add(Measure.aimed("a ÷ b", new Spread(2.5, 2, 3), "ratio", Goal.atLeast(3)));
    report.add(Measure.shown("a", new Spread(1200, 1200, 1200), "requests/s"));

    assertThat(report.table())
        .contains("| a ÷ b | 2.50 | 2.00 … 3.00 | ratio | at least 3.00 | **no** |")
        .contains("| a | 1,200 | 1,200 | requests/s |  |  |");
  }
}
