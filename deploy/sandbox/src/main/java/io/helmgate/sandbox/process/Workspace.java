package io.helmgate.sandbox.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;

/**
 * What every part of one sandbox is given.
 *
 * @param tools the checkout's {@code .tools}
 * @param directory where this sandbox keeps its state and logs
 */
public record Workspace(
    Path tools, Path directory, ProcessLauncher launcher, Ports ports, SecureRandom random) {

  /** Returns a third-party program. */
  public Path program(String name) {
    Path program = tools.resolve("bin").resolve(name);
    if (!Files.isExecutable(program)) {
      throw new SandboxException(program + ": missing (expected: make tools made it)");
    }
    return program;
  }

  /** Returns the directory of one part, which exists afterwards. */
  public Path part(String name) {
    return existing(directory.resolve(name));
  }

  /** Returns the log file of one process. */
  public Path log(String name) {
    return existing(directory.resolve("logs")).resolve(name + ".log");
  }

  private static Path existing(Path directory) {
    try {
      return Files.createDirectories(directory);
    } catch (IOException e) {
      throw new SandboxException(directory + ": can't be made", e);
    }
  }

  /** Returns a server that is always started by the same command. */
  public ServerProcess server(
      String name, List<String> command, Map<String, String> environment, Readiness readiness) {
    var launch = new Launch(name, command, environment, log(name));
    return new ServerProcess(name, launcher, () -> launch, readiness);
  }
}
