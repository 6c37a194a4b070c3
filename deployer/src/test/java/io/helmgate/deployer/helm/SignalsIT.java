package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.deployer.SharedSandbox;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Go's runtime takes SIGTERM and SIGINT away from the JVM with the first call of install or
 * template. These tests decide when the handlers must be registered again.
 */
final class SignalsIT {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource({
    "after each call, 1000, install",
    "after each call, 1000, install upgrade",
    "after each call, 1000, install upgrade uninstall",
    "after the first call only, 1, install upgrade uninstall",
  })
  void aProcessThatRegistersItsHandlersAgainEndsGracefully(
      String when, int granted, String commands) throws Exception {
    try (Child child = new Child(granted)) {
      for (String command : commands.split(" ", -1)) {
        assertThat(child.told(command)).as(when).isEqualTo("done");
      }

      child.process.toHandle().destroy();

      assertThat(child.process.waitFor(20, TimeUnit.SECONDS)).as("ends").isTrue();
      assertThat(child.process.exitValue()).isZero();
      assertThat(child.out.lines()).contains("stopped by SIGTERM", "closed");
    }
  }

  @Test
  void aProcessThatDoesNotIsDeafToTheSignal() throws Exception {
    try (Child child = new Child(0)) {
      child.process.toHandle().destroy();

      assertThat(child.process.waitFor(3, TimeUnit.SECONDS)).as("ends").isFalse();
    }
  }

  /** A running {@link HelmChild}. */
  private final class Child implements AutoCloseable {
    private final Process process;
    private final BufferedReader out;
    private final PrintWriter in;

    Child(int granted) throws IOException {
      var sandbox = SharedSandbox.get();
      process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "--enable-native-access=ALL-UNNAMED",
                  "-cp",
                  System.getProperty("java.class.path"),
                  HelmChild.class.getName(),
                  sandbox.cluster().serviceKubeconfig().toString(),
                  sandbox.charts().url().toString(),
                  directory.toString(),
                  ReleaseFixture.fresh("signals"),
                  Integer.toString(granted))
              .redirectError(ProcessBuilder.Redirect.INHERIT)
              .start();
      out = process.inputReader(StandardCharsets.UTF_8);
      in = new PrintWriter(process.outputWriter(StandardCharsets.UTF_8), true);
      assertThat(answer()).isEqualTo("ready");
    }

    String told(String command) throws IOException {
      in.println(command);
      return answer();
    }

    /** The next line that is an answer, not a log line. */
    private String answer() throws IOException {
      String line = out.readLine();
      while (line != null && line.matches("[0-9]{2}:[0-9]{2}:.*")) {
        line = out.readLine();
      }
      return String.valueOf(line);
    }

    @Override
    public void close() {
      process.destroyForcibly().onExit().join();
    }
  }
}
