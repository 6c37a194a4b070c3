package io.helmgate.sandbox.process;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;

/**
 * A command line program that is run to its end, such as kubectl.
 *
 * @param environment added to this process's own
 */
public record Cli(Path program, Map<String, String> environment) {
  private static final Duration LIMIT = Duration.ofMinutes(6);

  /** What a run left. */
  public record Result(int code, String out, String err) {}

  /**
   * Runs with arguments and returns the standard output.
   *
   * @throws SandboxException when it ends with another code than 0; the message has what it said
   */
  public String run(String... arguments) {
    Result result = tryRun("", arguments);
    if (result.code() != 0) {
      throw new SandboxException(
          "%s %s: ended with %d%n%s"
              .formatted(
                  program.getFileName(), List.of(arguments), result.code(), result.err().strip()));
    }
    return result.out();
  }

  /** Runs with arguments and an input, however it ends. */
  public Result tryRun(String input, String... arguments) {
    List<String> words = new ArrayList<>(List.of(program.toString()));
    words.addAll(List.of(arguments));
    var builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    try {
      Process process = builder.start();
      FutureTask<String> err =
          new FutureTask<>(
              () -> new String(process.getErrorStream().readAllBytes(), StandardCharsets.UTF_8));
      Thread.startVirtualThread(err);
      try (var in = process.outputWriter(StandardCharsets.UTF_8)) {
        in.write(input);
      }
      String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new SandboxException("%s: still runs after %s".formatted(words, LIMIT));
      }
      return new Result(process.exitValue(), out, err.get());
    } catch (IOException | ExecutionException e) {
      throw new SandboxException("%s: can't be run".formatted(words), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while %s ran".formatted(program), e);
    }
  }
}
