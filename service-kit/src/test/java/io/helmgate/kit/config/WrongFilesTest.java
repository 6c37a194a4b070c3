package io.helmgate.kit.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Each {@code wrong/NAME.yaml} has several problems; {@code wrong/NAME.txt} is the whole report.
 */
class WrongFilesTest {
  private static final Path FILES = Path.of("src/test/resources/wrong");

  static Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FILES)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".yaml"))
          .map(name -> name.substring(0, name.length() - ".yaml".length()))
          .sorted()
          .toList()
          .stream();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyProblemIsReportedAtOnce(String name) throws IOException {
    Path file = FILES.resolve(name + ".yaml");

    assertThatExceptionOfType(InvalidConfigException.class)
        .isThrownBy(() -> ConfigLoader.load(file, Map.of(), "sample", SampleConfig.class))
        .satisfies(
            report -> {
              assertThat(String.valueOf(report.getMessage()).replace(FILES + "/", "") + "\n")
                  .isEqualTo(Files.readString(FILES.resolve(name + ".txt")));
            });
  }
}
