package io.helmgate.sandbox.service;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.util.Base64;
import java.util.Map;
import org.junit.jupiter.api.RepeatedTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServiceFilesTest {
  @Test
  void aTemplateTakesValuesAsTheyAre() {
    var template = new Template("port: ${port}\npath: ${path} # $1 ${UPPER} $${path}");

    assertThat(template.fill(Map.of("port", 1, "path", "/a$b\\c")))
        .isEqualTo("port: 1\npath: /a$b\\c # $1 ${UPPER} $/a$b\\c");
  }

  @Test
  void aTemplateRefusesANameWithoutAValue() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> new Template("${pots}").fill(Map.of("port", 1)))
        .withMessage("template: ${pots} (expected: one of [port])");
  }

  @RepeatedTest(20)
  void assertionKeysHaveCoordinatesOfTheCurvesLength(@TempDir Path directory) throws Exception {
    AssertionKeyFiles files = AssertionKeyFiles.write(directory, new SecureRandom());

    JsonNode signing = new ObjectMapper().readTree(files.signing().toFile()).at("/keys/0");
    JsonNode published = new ObjectMapper().readTree(files.published().toFile()).at("/keys/0");
    for (String coordinate : new String[] {"x", "y", "d"}) {
      assertThat(Base64.getUrlDecoder().decode(signing.path(coordinate).asText())).hasSize(32);
    }
    assertThat(published.has("d")).isFalse();
    assertThat(published.path("x")).isEqualTo(signing.path("x"));
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(files.signing())))
        .isEqualTo("rw-------");
  }
}
