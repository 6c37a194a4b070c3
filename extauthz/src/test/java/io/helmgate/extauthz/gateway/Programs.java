package io.helmgate.extauthz.gateway;

import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Programs that a test starts; closing ends them. */
final class Programs implements AutoCloseable {

  private static final Path CHECKOUT =
      Path.of(System.getProperty("basedir", "."), "..").toAbsolutePath().normalize();
  private static final Duration START = Duration.ofSeconds(60);
  private static final Pattern ECHO = Pattern.compile("echo on port (\\d+)");

  private final Path logs;
  private final List<Process> started = new ArrayList<>();

  Programs(Path logs) {
    this.logs = logs;
  }

  /** A file of the checkout. */
  static Path checkout(String path) {
    return CHECKOUT.resolve(path);
  }

  /** Starts the echo and returns its port. */
  int echo() {
    Process echo =
        start(
            "echo",
            Path.of(System.getProperty("java.home"), "bin", "java").toString(),
            checkout("deploy/quickstart/Echo.java").toString(),
            "0");
    return Integer.parseInt(
        await()
            .atMost(START)
            .until(() -> found(ECHO, echo, "echo"), Optional::isPresent)
            .orElseThrow());
  }

  /** Starts Envoy and waits until it serves. */
  void envoy(Path bootstrap) {
    Process envoy =
        start(
            "envoy",
            checkout(".tools/bin/envoy").toString(),
            "--config-path",
            bootstrap.toString(),
            "--disable-hot-restart",
            "--concurrency",
            "1",
            "--log-level",
            "warn",
            "--component-log-level",
            "config:info");
    await()
        .atMost(START)
        .until(() -> found(Pattern.compile("(starting workers)"), envoy, "envoy").isPresent());
  }

  private Process start(String name, String... command) {
    try {
      Process process =
          new ProcessBuilder(command)
              .redirectErrorStream(true)
              .redirectOutput(log(name).toFile())
              .start();
      started.add(process);
      return process;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private Optional<String> found(Pattern pattern, Process process, String name) throws IOException {
    String output = Files.readString(log(name));
    if (!process.isAlive()) {
      throw new IllegalStateException(name + " ended:\n" + output);
    }
    Matcher matcher = pattern.matcher(output);
    return matcher.find() ? Optional.of(matcher.group(1)) : Optional.empty();
  }

  private Path log(String name) {
    return logs.resolve(name + ".log");
  }

  @Override
  public void close() {
    for (Process process : started.reversed()) {
      process.destroy();
      // Killed when it does not end by itself.
      var _ =
          process
              .onExit()
              .completeOnTimeout(process, 10, TimeUnit.SECONDS)
              .join()
              .destroyForcibly();
    }
  }
}
