package io.helmgate.extauthz.policy;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The policies in {@code deploy/policies} pass their own tests and OPA's checks. */
class ShippedPoliciesTest {

  private static final Path POLICIES =
      Path.of(System.getProperty("basedir", "."), "..", "deploy", "policies");

  @ParameterizedTest
  @ValueSource(strings = {"test --fail-on-empty", "check --strict", "fmt --list --fail"})
  void opaFindsNoFault(String command) throws IOException, InterruptedException {
    List<String> line = new ArrayList<>();
    line.add(Tools.opa().toString());
    line.addAll(List.of(command.split(" ")));
    line.add(POLICIES.toString());

    Process opa = new ProcessBuilder(line).redirectErrorStream(true).start();
    String said = new String(opa.getInputStream().readAllBytes(), UTF_8);

    assertThat(opa.waitFor()).as(said).isZero();
  }
}
