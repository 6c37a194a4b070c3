package io.helmgate.sandbox.process;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** A server in a child process. */
public final class ServerProcess implements Part {
  private static final Duration START_LIMIT = Duration.ofMinutes(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);
  private static final long POLL_MILLIS = 50;
  private static final int TAIL = 15;

  private final String name;
  private final ProcessLauncher launcher;
  private final Supplier<Launch> launch;
  private final Readiness readiness;
  private @Nullable Process process;
  private @Nullable Path log;

  /**
   * @param launch asked at each start, so that it may prepare files
   */
  public ServerProcess(
      String name, ProcessLauncher launcher, Supplier<Launch> launch, Readiness readiness) {
    this.name = name;
    this.launcher = launcher;
    this.launch = launch;
    this.readiness = readiness;
  }

  @Override
  public String name() {
    return name;
  }

  @Override
  public void start() {
    launch();
    awaitReady();
  }

  /** Starts the process without waiting for an answer. */
  public synchronized void launch() {
    if (isRunning()) {
      return;
    }
    Launch now = launch.get();
    var builder =
        new ProcessBuilder(now.command())
            .redirectErrorStream(true)
            .redirectInput(ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
            .redirectOutput(ProcessBuilder.Redirect.appendTo(now.log().toFile()));
    builder.environment().putAll(now.environment());
    log = now.log();
    process = launcher.start(builder);
  }

  /**
   * Waits until the server answers.
   *
   * @throws SandboxException when it ends or takes too long; the message has its last log lines
   */
  public void awaitReady() {
    Process started = running();
    Instant deadline = Instant.now().plus(START_LIMIT);
    try {
      while (Instant.now().isBefore(deadline)) {
        if (answers()) {
          return;
        }
        if (started.waitFor(POLL_MILLIS, TimeUnit.MILLISECONDS)) {
          throw new SandboxException(
              "%s: ended with %d while starting%n%s"
                  .formatted(name, started.exitValue(), logTail()));
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while %s started".formatted(name), e);
    }
    throw new SandboxException(
        "%s: not ready after %s%n%s".formatted(name, START_LIMIT, logTail()));
  }

  private boolean answers() throws InterruptedException {
    try {
      return readiness.isReady();
    } catch (IOException _) {
      return false;
    }
  }

  public synchronized boolean isRunning() {
    return process != null && process.isAlive();
  }

  public long pid() {
    return running().pid();
  }

  private synchronized Process running() {
    if (process == null) {
      throw new IllegalStateException(name + ": not started");
    }
    return process;
  }

  /** Sends SIGTERM and returns at once. */
  public void terminate() {
    running().destroy();
  }

  /** Kills the process as a crash would, and waits until it is gone. */
  public synchronized void kill() {
    if (process != null) {
      process.destroyForcibly();
      awaitExit(STOP_LIMIT);
    }
  }

  /**
   * Waits until the process has ended.
   *
   * @return whether it ended within the limit
   */
  public boolean awaitExit(Duration limit) {
    try {
      return running().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while %s stopped".formatted(name), e);
    }
  }

  /** Returns the exit code of the ended process; 128 + n after signal n. */
  public int exitCode() {
    return running().exitValue();
  }

  @Override
  public synchronized void stop() {
    if (process == null) {
      return;
    }
    process.destroy();
    if (!awaitExit(STOP_LIMIT)) {
      kill();
    }
    process = null;
  }

  private String logTail() {
    try {
      if (log == null) {
        return "";
      }
      List<String> lines = Files.readAllLines(log);
      return "  "
          + String.join("\n  ", lines.subList(Math.max(0, lines.size() - TAIL), lines.size()))
          + "\n  (all of it: "
          + log
          + ")";
    } catch (IOException e) {
      return "(log: " + e + ")";
    }
  }
}
