package io.helmgate.deployer.config;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.kit.config.ConfigReference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

final class ConfigurationDocumentTest {

  @Test
  void everyKeyStandsInTheDocument() throws IOException {
    var rows = ConfigReference.sectionRows("deployer", DeployerConfig.class.getClassLoader());

    assertThat(rows).isNotEmpty();
    assertThat(
            ConfigReference.missingRows(
                rows, Files.readString(Path.of("../docs/configuration.md"))))
        .isEmpty();
  }
}
