package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.helmgate.sandbox.process.Cli;
import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command behind {@code make sandbox}, as its user has it. */
final class SandboxCommandIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final Duration START = Duration.ofMinutes(3);
  private static final int ENDED_BY_SIGINT = 130;

  @TempDir private Path directory;

  @Test
  void ctrlCEndsEveryPartAndTheNextStartGoesOnWithTheData() throws Exception {
    try (var sandbox = new Command()) {
      sandbox.awaitStart();
      sandbox.kubectl("create", "configmap", "kept", "-n", "team-a");
      sandbox.kubectl("run", "kept", "-n", "team-a", "--image=busybox");
      sandbox.kubectl("wait", "--for=condition=Ready", "pod/kept", "-n", "team-a");
      sandbox.interrupt();
      assertThat(sandbox.processes()).as("what is left running").isEmpty();
    }
    try (var sandbox = new Command("--keep-data")) {
      sandbox.awaitStart();
      assertThat(sandbox.kubectl("get", "configmap", "kept", "-n", "team-a", "-o", "name"))
          .contains("configmap/kept");
      assertThat(sandbox.kubectl("logs", "kept", "-n", "team-a"))
          .contains("the sandbox runs no containers");
      sandbox.interrupt();
    }
  }

  @Test
  void anExistingClusterIsUsedAndLeftRunning() throws Exception {
    var existing = HELMGATE.runDirectory().resolve("cluster/admin.kubeconfig");
    try (var sandbox = new Command("--kubeconfig", existing.toString())) {
      sandbox.awaitStart();
      assertThat(sandbox.output()).contains(existing.toString());
      assertThat(sandbox.processes()).noneMatch(command -> command.contains("kube-apiserver"));
      sandbox.interrupt();
    }
    assertThat(HELMGATE.kubectl("get", "namespace", "team-a", "-o", "name")).contains("team-a");
  }

  /** A running command. */
  private final class Command implements AutoCloseable {

    private final Process process;
    private final Path run = directory.resolve("run");
    private final File output = directory.resolve("output").toFile();

    Command(String... options) throws IOException {
      // A build in the background of a shell ignores SIGINT, and its children with it.
      var words =
          Stream.concat(
                  Stream.of(
                      "setsid",
                      "env",
                      "--default-signal=INT",
                      HELMGATE.root().resolve("deploy/sandbox/target/dist/bin/sandbox").toString(),
                      "--directory",
                      run.toString(),
                      "--port",
                      Integer.toString(freePort())),
                  Stream.of(options))
              .toList();
      var builder = new ProcessBuilder(words).redirectErrorStream(true).redirectOutput(output);
      builder.environment().put("JAVA_HOME", System.getProperty("java.home"));
      process = builder.start();
    }

    void awaitStart() {
      await("the sandbox runs")
          .atMost(START)
          .until(() -> !process.isAlive() || output().contains("UninstallApp"));
      assertThat(process.isAlive()).as(output()).isTrue();
    }

    String output() {
      try {
        return Files.readString(output.toPath());
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    String kubectl(String... arguments) {
      var kubeconfig = run.resolve("cluster/admin.kubeconfig").toString();
      return new Cli(
              HELMGATE.root().resolve(".tools/bin/kubectl"), Map.of("KUBECONFIG", kubeconfig))
          .run(arguments);
    }

    /** What Ctrl-C does: the signal goes to every process of the group. */
    void interrupt() throws IOException, InterruptedException {
      new ProcessBuilder("kill", "-INT", "--", "-" + process.pid()).start().waitFor();
      assertThat(process.waitFor(40, TimeUnit.SECONDS)).as("ended").isTrue();
      assertThat(process.exitValue()).isEqualTo(ENDED_BY_SIGINT);
    }

    /** Command lines of the processes that work in this sandbox's directory. */
    List<String> processes() {
      return ProcessHandle.allProcesses()
          .filter(other -> other.pid() != process.pid())
          .flatMap(other -> other.info().commandLine().stream())
          .filter(line -> line.contains(run.toString()))
          .toList();
    }

    @Override
    public void close() {
      process.destroy();
      process.onExit().orTimeout(40, TimeUnit.SECONDS).join();
    }
  }

  private static int freePort() throws IOException {
    try (var socket = new ServerSocket(0)) {
      return socket.getLocalPort();
    }
  }
}
