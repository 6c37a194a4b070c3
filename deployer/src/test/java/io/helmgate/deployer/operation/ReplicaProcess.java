package io.helmgate.deployer.operation;

import io.helmgate.deployer.HelmSystem.Engine;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.release.ReleaseRef;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/** A running {@link ReplicaChild}; its end is that of {@code kill -9}. */
final class ReplicaProcess implements AutoCloseable {
  private final ReleaseRef ref;
  private final Process process;
  private final BufferedReader out;

  ReplicaProcess(Path directory, String chart, ReleaseRef ref, int seconds, Engine engine)
      throws IOException {
    this.ref = ref;
    var sandbox = SharedSandbox.get();
    process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "--enable-native-access=ALL-UNNAMED",
                "-cp",
                System.getProperty("java.class.path"),
                ReplicaChild.class.getName(),
                sandbox.cluster().serviceKubeconfig().toString(),
                sandbox.charts().url().toString(),
                Files.createTempDirectory(directory, "child").toString(),
                chart,
                ref.name(),
                Integer.toString(seconds),
                engine.name())
            .redirectError(ProcessBuilder.Redirect.INHERIT)
            .start();
    out = process.inputReader(StandardCharsets.UTF_8);
  }

  /** Waits until it is there. */
  OperationName operation() throws IOException {
    var line = out.readLine();
    while (line != null && !line.startsWith("operation ")) {
      line = out.readLine();
    }
    return new OperationName(ref, String.valueOf(line).substring("operation ".length()));
  }

  ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
