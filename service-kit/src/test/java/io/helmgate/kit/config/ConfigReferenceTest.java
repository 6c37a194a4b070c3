package io.helmgate.kit.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class ConfigReferenceTest {

  @Test
  void theDocumentListsEveryTopLevelKey() throws IOException {
    String document = Files.readString(Path.of("../docs/configuration.md"));

    assertThat(ConfigReference.missingRows(ConfigReference.topLevelRows(), document)).isEmpty();
  }

  @Test
  void aRowHoldsTheFormTheDefaultAnExampleAndTheDescription() {
    List<String> rows =
        ConfigReference.sectionRows("sample", ConfigReferenceTest.class.getClassLoader());

    assertThat(rows)
        .contains(
            "| `sample.address` | a host and a port such as 127.0.0.1:9191 or [::1]:9191 |"
                + " `\"127.0.0.1:9191\"` | `\"0.0.0.0:9191\"` | Where calls are taken. |",
            "| `sample.retries` | a whole number from 0 to 5 | `2` | `3` | Further attempts."
                + " (attempts) |",
            "| `sample.token` | text of at least 8 characters (secret) |  |  | Shared secret. |",
            "| `sample.tls.certificate` | text that is not empty | required | `\"/etc/tls.crt\"` |"
                + " Certificate. |",
            "| `sample.profiles.NAME.cacheDuration` | a duration such as 30s, 1500ms, 5m or 1h |"
                + " `\"5m\"` | `\"1h\"` | Kept so long. |");
  }

  @Test
  void aRowThatDiffersIsMissing() {
    assertThat(ConfigReference.missingRows(List.of("| a | 1 |", "| b | 2 |"), "x\n| a | 1 |\n"))
        .containsExactly("| b | 2 |");
  }
}
