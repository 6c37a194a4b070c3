package io.helmgate.extauthz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helmgate.extauthz.keys.JwksServer;
import io.helmgate.extauthz.token.TestKeys;
import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The real process, as it is installed. */
final class ProcessIT {

  private static final Duration START = Duration.ofSeconds(60);

  private final JwksServer provider = new JwksServer(JwksServer.keys(TestKeys.jwks(TestKeys.RSA)));
  private final List<Process> started = new ArrayList<>();

  @TempDir private Path directory;

  @AfterEach
  void stop() {
    started.forEach(Process::destroyForcibly);
    provider.close();
  }

  @Test
  void sigtermEndsItInOrder() throws Exception {
    TestService.write(directory, provider.url());
    Process process = extauthz("--config", "helmgate.yaml");
    await().atMost(START).until(() -> output().contains("answers Envoy on port"));

    process.destroy();

    assertThat(process.waitFor(20, TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isZero();
    assertThat(output()).contains("stopping (SIGTERM)", "stopped");
  }

  @Test
  void wrongConfigurationEndsItWithEveryProblem() throws Exception {
    Files.writeString(directory.resolve("helmgate.yaml"), "extauthz: {adress: x, reflection: 7}");
    Process process = extauthz("--config", "helmgate.yaml");

    assertThat(process.waitFor(START.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(78);
    assertThat(output())
        .contains("extauthz.adress", "did you mean", "extauthz.reflection", "extauthz.tls");
  }

  @Test
  void aPolicyThatCannotBeCompiledFailsTheStartAndSaysWhere() throws Exception {
    TestService.write(directory, provider.url());
    Files.writeString(directory.resolve("policy.rego"), "package helmgate.authz\nallow if {\n");
    Process process = extauthz("--config", "helmgate.yaml");

    assertThat(process.waitFor(START.toSeconds(), TimeUnit.SECONDS)).isTrue();
    assertThat(process.exitValue()).isEqualTo(1);
    assertThat(output()).contains("policy.rego:");
  }

  private Process extauthz(String... arguments) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of("target/dist/bin/extauthz").toAbsolutePath().toString());
    command.addAll(List.of(arguments));
    ProcessBuilder builder =
        new ProcessBuilder(command).directory(directory.toFile()).redirectErrorStream(true);
    builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
    builder.redirectOutput(outputFile());
    Process process = builder.start();
    started.add(process);
    return process;
  }

  private File outputFile() {
    return directory.resolve("output").toFile();
  }

  private String output() throws IOException {
    return Files.readString(outputFile().toPath());
  }
}
