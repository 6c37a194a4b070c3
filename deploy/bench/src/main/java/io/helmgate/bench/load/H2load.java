package io.helmgate.bench.load;

import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.process.ServerProcess;
import io.helmgate.sandbox.process.Workspace;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Asks as often as a server answers, by nghttp2's h2load. */
public final class H2load {

  private static final Duration START = Duration.ofSeconds(20);
  private static final Pattern DONE = Pattern.compile("finished in ([0-9.]+)s, ([0-9.]+) req/s");
  private static final Pattern REQUESTS =
      Pattern.compile("(\\d+) succeeded, (\\d+) failed, (\\d+) errored, (\\d+) timeout");
  private static final Pattern STATUS =
      Pattern.compile("status codes: (\\d+) 2xx, (\\d+) 3xx, (\\d+) 4xx, (\\d+) 5xx");

  private final Workspace workspace;
  private final Path program;
  private int runs;

  /**
   * What is sent.
   *
   * @param arguments URL, headers, body, and how many connections and streams
   */
  public record Load(String name, List<String> arguments) {
    public Load {
      arguments = List.copyOf(arguments);
    }
  }

  /**
   * What came of it.
   *
   * @param perSecond answers per second
   * @param answers all of them
   */
  public record Rate(double perSecond, long answers) {}

  /**
   * Finds the program.
   *
   * @param searchPath as the variable {@code PATH}
   */
  public H2load(Workspace workspace, String searchPath) {
    this.workspace = workspace;
    this.program =
        List.of(searchPath.split(":", -1)).stream()
            .filter(directory -> !directory.isEmpty())
            .map(directory -> Path.of(directory).resolve("h2load"))
            .filter(Files::isExecutable)
            .findFirst()
            .orElseThrow(
                () ->
                    new SandboxException(
                        "h2load: not in PATH (expected: nghttp2's load generator, on Debian and"
                            + " Ubuntu \"apt-get install nghttp2-client\")"));
  }

  /** Sends for a while, on one thread. */
  public Rate run(Load load, Duration time) {
    List<String> command = new ArrayList<>(List.of(program.toString(), "--threads=1"));
    command.add("--duration=" + Math.max(1, time.toSeconds()));
    command.addAll(load.arguments());
    String name = "h2load-" + ++runs + "-" + load.name();
    ServerProcess process = workspace.server(name, command, Map.of(), () -> true);
    process.launch();
    try {
      if (!process.awaitExit(time.plus(START))) {
        throw new SandboxException(name + ": still runs after " + time.plus(START));
      }
      String output = Files.readString(workspace.log(name));
      if (process.exitCode() != 0) {
        throw new SandboxException(name + ": ended with " + process.exitCode() + "\n" + output);
      }
      return read(name, output);
    } catch (IOException e) {
      throw new SandboxException(name + ": its output can't be read", e);
    } finally {
      process.stop();
    }
  }

  /** Reads what h2load prints; only a run without any failure counts. */
  static Rate read(String name, String output) {
    Matcher done = DONE.matcher(output);
    Matcher requests = REQUESTS.matcher(output);
    Matcher status = STATUS.matcher(output);
    if (!done.find() || !requests.find() || !status.find()) {
      throw new SandboxException(name + ": printed no result:\n" + output);
    }
    long answers = Long.parseLong(status.group(1));
    boolean failed = answers == 0;
    for (int group = 2; group <= 4; group++) {
      failed |= !requests.group(group).equals("0") || !status.group(group).equals("0");
    }
    if (failed) {
      throw new SandboxException(name + ": not every request succeeded:\n" + output);
    }
    return new Rate(Double.parseDouble(done.group(2)), answers);
  }
}
