package io.helmgate.kit.lifecycle;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real signals to a real process. */
class ServiceProcessTest {
  private static final Duration LONG = Duration.ofSeconds(60);

  private final Path directory;
  private final Path output;
  private Process process;

  ServiceProcessTest(@TempDir Path directory) throws IOException {
    this.directory = directory;
    this.output = directory.resolve("output");
    this.process = new ProcessBuilder("true").start();
  }

  private void start(String yaml, String... options) throws IOException {
    Path file = Files.writeString(directory.resolve("helmgate.yaml"), yaml);
    List<String> command = new ArrayList<>();
    // A build in the background of a shell ignores SIGINT, and its children with it.
    command.addAll(List.of("env", "--default-signal=INT"));
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-XX:TieredStopAtLevel=1", "-cp"));
    command.add(System.getProperty("java.class.path"));
    command.addAll(List.of(ProbeMain.class.getName(), "--config", file.toString()));
    command.addAll(List.of(options));
    process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(output.toFile())
            .start();
  }

  @BeforeEach
  void noOutput() throws IOException {
    Files.writeString(output, "");
  }

  @AfterEach
  void endProcess() {
    process.destroyForcibly();
  }

  private void waitFor(String text) {
    await("output holds " + text)
        .atMost(LONG)
        .untilAsserted(() -> assertThat(Files.readString(output)).contains(text));
  }

  private void signal(String name) throws IOException, InterruptedException {
    int code =
        new ProcessBuilder("kill", "-" + name, String.valueOf(process.pid())).start().waitFor();
    assertThat(code).isZero();
  }

  private int exitCode() throws InterruptedException {
    assertThat(process.waitFor(LONG.toSeconds(), TimeUnit.SECONDS)).as("ended").isTrue();
    return process.exitValue();
  }

  @Test
  void aCheckPrintsNothingButItsResult() throws Exception {
    start("port: 9000\n", "--check-config");

    assertThat(exitCode()).isZero();
    assertThat(Files.readString(output))
        .isEqualTo(directory.resolve("helmgate.yaml") + ": the configuration is valid\n");
  }

  @Test
  void sigtermDrainsThenClosesThenExitsWithZero() throws Exception {
    start("shutdown_timeout: 7s\n");
    waitFor("probe runs");

    signal("TERM");

    assertThat(exitCode()).isZero();
    assertThat(Files.readString(output))
        .containsSubsequence("started", "SIGTERM", "draining for PT7S", "closed", "stopped");
  }

  @Test
  void sigintDoesTheSame() throws Exception {
    start("");
    waitFor("probe runs");

    signal("INT");

    assertThat(exitCode()).isZero();
    assertThat(Files.readString(output)).containsSubsequence("SIGINT", "closed");
  }

  @Test
  void aSecondSigtermEndsAtOnce() throws Exception {
    start("probe: {drain_hangs: true}\n");
    waitFor("probe runs");
    signal("TERM");
    waitFor("draining");

    signal("TERM");

    assertThat(exitCode()).isEqualTo(143);
    assertThat(Files.readString(output)).doesNotContain("closed");
  }
}
