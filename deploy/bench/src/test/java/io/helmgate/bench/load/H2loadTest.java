package io.helmgate.bench.load;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helmgate.sandbox.process.SandboxException;
import org.junit.jupiter.api.Test;

final class H2loadTest {

  private static final String OUTPUT =
      """
      starting benchmark...
      Application protocol: h2c

      finished in 4.00s, 25111.25 req/s, 2.85MB/s
      requests: 100477 total, 100509 started, 100477 done, 100445 succeeded, 0 failed, 0 errored, 0 timeout
      status codes: 100445 2xx, 0 3xx, 0 4xx, 0 5xx
      traffic: 11.40MB (11951995) total, 2.30MB (2409840) headers (space savings 73.03%), 6.22MB data
      """;

  @Test
  void rateAndNumberOfAnswersAreRead() {
    assertThat(H2load.read("a", OUTPUT)).isEqualTo(new H2load.Rate(25111.25, 100445));
  }

  @Test
  void aRunWithAnyFailureDoesNotCount() {
    for (String bad :
        new String[] {
          OUTPUT.replace("0 failed", "3 failed"),
          OUTPUT.replace("0 errored", "3 errored"),
          OUTPUT.replace("0 timeout", "3 timeout"),
          OUTPUT.replace("0 5xx", "3 5xx"),
          OUTPUT.replace("0 4xx", "3 4xx"),
          OUTPUT.replace("100445 2xx", "0 2xx")
        }) {
      assertThatThrownBy(() -> H2load.read("a", bad))
          .isInstanceOf(SandboxException.class)
          .hasMessageContaining("not every request succeeded");
    }
  }

  @Test
  void outputWithoutAResultIsShown() {
    assertThatThrownBy(() -> H2load.read("a", "unknown option"))
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("unknown option");
  }
}
