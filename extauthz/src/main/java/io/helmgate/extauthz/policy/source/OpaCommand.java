package io.helmgate.extauthz.policy.source;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** Runs the {@code opa} program, with an environment of its own and a deadline. */
final class OpaCommand {

  private static final int MAX_OUTPUT_BYTES = 4 << 20;

  private final Path opa;
  private final Duration deadline;

  OpaCommand(Path opa, Duration deadline) {
    this.opa = opa.toAbsolutePath();
    this.deadline = deadline;
  }

  /**
   * What a run of {@code opa} left.
   *
   * @param output standard output and error together, cut at 4 MiB
   */
  record Run(int exitCode, String output) {}

  boolean isThere() {
    return Files.isExecutable(opa);
  }

  /**
   * Runs a command.
   *
   * @throws IOException when it can't be started, or does not end in time
   */
  Run run(Path work, List<String> arguments) throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(opa.toString());
    command.addAll(arguments);
    // A file, not a pipe: nobody has to read while waiting, and a hung child can't block us.
    Path output = Files.createTempFile(work, "opa-", ".out");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.directory(work.toFile());
    builder.environment().clear();
    builder.environment().put("HOME", work.toString());
    builder.environment().put("TMPDIR", work.toString());
    builder.redirectErrorStream(true);
    builder.redirectOutput(output.toFile());
    Process process = builder.start();
    try {
      process.getOutputStream().close();
      if (!process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new IOException("no end after " + deadline.toMillis() + " ms");
      }
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      process.destroyForcibly();
    }
    try (var text = Files.newInputStream(output)) {
      byte[] bytes = text.readNBytes(MAX_OUTPUT_BYTES);
      return new Run(process.exitValue(), new String(bytes, StandardCharsets.UTF_8));
    }
  }

  @Override
  public String toString() {
    return opa.toString();
  }
}
