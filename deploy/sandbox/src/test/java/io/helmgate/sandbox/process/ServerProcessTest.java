package io.helmgate.sandbox.process;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.BufferedReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ServerProcessTest {
  @TempDir Path directory;
  private final ProcessLauncher launcher = ProcessLauncher.create();

  @AfterEach
  void closeLauncher() {
    launcher.close();
  }

  @Test
  void isReadyWhenItAnswersAndEndsOnATermSignal() throws Exception {
    Path ready = directory.resolve("ready");
    ServerProcess server =
        server(
            "trap 'echo bye; exit 7' TERM; touch %s; while :; do sleep 0.05; done".formatted(ready),
            () -> Files.exists(ready));

    server.start();
    assertThat(server.isRunning()).isTrue();
    server.terminate();

    assertThat(server.awaitExit(Duration.ofSeconds(10))).isTrue();
    assertThat(server.exitCode()).isEqualTo(7);
    assertThat(log()).hasContent("bye");
    server.stop();
    server.stop();
    assertThat(server.isRunning()).isFalse();
  }

  @Test
  void tellsTheLastLinesOfAServerThatEndsWhileStarting() {
    ServerProcess server = server("echo no port; exit 3", () -> false);

    assertThatThrownBy(server::start)
        .isInstanceOf(SandboxException.class)
        .hasMessageContaining("test: ended with 3 while starting")
        .hasMessageContaining("no port");
  }

  @Test
  void startsAgainAfterACrash() {
    ServerProcess server = server("exec sleep 1000", () -> true);
    server.start();
    long first = server.pid();

    server.kill();
    assertThat(server.isRunning()).isFalse();
    assertThat(server.exitCode()).isEqualTo(128 + 9);
    server.start();

    assertThat(server.isRunning()).isTrue();
    assertThat(server.pid()).isNotEqualTo(first);
    server.stop();
  }

  @Test
  void givesNoPortTwice() {
    var ports = new Ports(new Random(1));

    int first = ports.free();
    int pair = ports.free(2);

    assertThat(first).isNotIn(pair, pair + 1);
    assertThat(new Ports(new Random(1)).free()).isEqualTo(first);
    assertThat(Ports.isFree(first)).isTrue();
  }

  @Test
  void childrenDieWithAKilledParent() throws Exception {
    Process parent =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-cp",
                System.getProperty("java.class.path"),
                Parent.class.getName(),
                log().toString())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    long child;
    try (BufferedReader lines = parent.inputReader(StandardCharsets.UTF_8)) {
      child = Long.parseLong(lines.readLine());
      // Before that it has not yet asked the kernel for the signal.
      await("the child's own program")
          .untilAsserted(
              () ->
                  assertThat(ProcessHandle.of(child).flatMap(each -> each.info().command()))
                      .hasValueSatisfying(program -> assertThat(program).endsWith("/sleep")));
      parent.destroyForcibly();
    }

    await("the kernel's signal to the child")
        .untilAsserted(
            () -> assertThat(ProcessHandle.of(child).filter(ProcessHandle::isAlive)).isEmpty());
  }

  /** A JVM that starts a child and waits to be killed. */
  static final class Parent {
    public static void main(String[] arguments) throws InterruptedException {
      var launch = new Launch("child", List.of("sleep", "1000"), Map.of(), Path.of(arguments[0]));
      var child = new ServerProcess("child", ProcessLauncher.create(), () -> launch, () -> true);
      child.start();
      System.out.println(child.pid());
      Thread.currentThread().join();
    }
  }

  private Path log() {
    return directory.resolve("test.log");
  }

  private ServerProcess server(String script, Readiness readiness) {
    var launch = new Launch("test", List.of("sh", "-c", script), Map.of(), log());
    return new ServerProcess("test", launcher, () -> launch, readiness);
  }
}
