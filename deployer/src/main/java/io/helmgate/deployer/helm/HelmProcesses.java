package io.helmgate.deployer.helm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Helm's library in processes of its own: what crashes or hangs there does so alone, and a call can
 * be ended by killing its process. Each makes one call at a time; a few wait for calls, further
 * ones are started when they are needed.
 */
public final class HelmProcesses implements HelmRuntime {
  private static final Logger log = LoggerFactory.getLogger(HelmProcesses.class);

  /**
   * When processes are started and ended.
   *
   * @param warm so many wait for calls
   * @param maxCalls a process is replaced after so many calls, for each leaves something behind
   * @param maxMemory a process is replaced once its resident memory has grown to more, in bytes
   */
  public record Limits(int warm, int maxCalls, long maxMemory) {}

  private final Limits limits;
  private final Path workDirectory;
  private final Path library;
  private final Set<HelmProcess> all = new HashSet<>();
  private final Deque<HelmProcess> idle = new ArrayDeque<>();
  private final ExecutorService starts =
      Executors.newSingleThreadExecutor(Thread.ofVirtual().name("helm-start").factory());

  private int starting;
  private boolean closed;

  private HelmProcesses(Limits limits, Path workDirectory, Path library) {
    this.limits = limits;
    this.workDirectory = workDirectory;
    this.library = library;
  }

  /**
   * Starts the first processes.
   *
   * @param workDirectory for the library and the files of the processes; this process's alone
   * @throws IllegalStateException when the library cannot be loaded
   */
  public static HelmProcesses start(Path workDirectory, Limits limits) throws IOException {
    CallFiles.prepare(workDirectory);
    HelmProcesses processes =
        new HelmProcesses(limits, workDirectory, HelmLibrary.unpack(workDirectory));
    processes.keep(processes.add());
    processes.warmUp();
    return processes;
  }

  @Override
  public String run(HelmCall call, CompletableFuture<?> stop) throws IOException {
    HelmProcess process = take();
    try {
      return process.run(call, stop);
    } catch (HelmKilledException e) {
      if (!stop.isDone()) {
        log.error("Helm's process {} died in the middle of a call", process.pid(), e);
      }
      throw e;
    } finally {
      give(process);
    }
  }

  @Override
  public boolean stopsCalls() {
    return true;
  }

  private HelmProcess take() throws IOException {
    Optional<HelmProcess> process = next();
    while (process.isPresent()) {
      if (process.get().usable()) {
        return process.get();
      }
      discard(process.get());
      process = next();
    }
    return add();
  }

  private synchronized Optional<HelmProcess> next() {
    return Optional.ofNullable(idle.poll());
  }

  /** Takes a process back after a call; ends it when it has served long enough. */
  private void give(HelmProcess process) {
    // Its first call was made here, to load the library.
    boolean worn =
        !process.usable()
            || process.calls() > limits.maxCalls()
            || process.resident() > limits.maxMemory();
    if (worn) {
      discard(process);
    } else {
      keep(process);
    }
    warmUp();
  }

  /** Lets a process wait for calls; ends it when enough do. */
  private void keep(HelmProcess process) {
    synchronized (this) {
      if (!closed && idle.size() < limits.warm()) {
        idle.add(process);
        return;
      }
    }
    discard(process);
  }

  /** Starts in the background what is missing, before somebody waits for it. */
  private synchronized void warmUp() {
    if (!closed && all.size() + starting < limits.warm()) {
      starting++;
      starts.execute(this::startOne);
    }
  }

  private void startOne() {
    try {
      keep(add());
    } catch (IOException | RuntimeException e) {
      if (!isClosed()) {
        log.warn("A Helm process could not be started in advance", e);
      }
      return;
    } finally {
      started();
    }
    warmUp();
  }

  private synchronized void started() {
    starting--;
  }

  private HelmProcess add() throws IOException {
    HelmProcess process = launch();
    if (!admit(process)) {
      process.close();
      throw new HelmKilledException("the service is stopping");
    }
    try (CallFiles files = CallFiles.create(workDirectory)) {
      var late = new CompletableFuture<Void>().completeOnTimeout(null, 30, TimeUnit.SECONDS);
      process.run(HelmCommands.first(files), late);
      return process;
    } catch (IOException | RuntimeException e) {
      discard(process);
      throw e;
    }
  }

  private HelmProcess launch() throws IOException {
    Path directory = CallFiles.directory(workDirectory, "process-");
    try {
      return HelmProcess.start(command(), directory, library);
    } catch (IOException | RuntimeException e) {
      CallFiles.delete(directory);
      throw e;
    }
  }

  private synchronized boolean admit(HelmProcess process) {
    return !closed && all.add(process);
  }

  /** The same program, with the least that Helm's library needs of a JVM. */
  private static List<String> command() {
    return List.of(
        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
        "--enable-native-access=ALL-UNNAMED",
        "-Xmx128m",
        "-XX:+UseSerialGC",
        "-XX:TieredStopAtLevel=1",
        "-XX:+ExitOnOutOfMemoryError",
        "-XX:+DisableAttachMechanism",
        "-XX:-UsePerfData",
        "-XX:-CreateCoredumpOnCrash",
        HelmProcessMain.class.getName());
  }

  private void discard(HelmProcess process) {
    try {
      process.close();
    } catch (IOException e) {
      log.warn("Helm's process {} has left files", process.pid(), e);
    } finally {
      forget(process);
    }
  }

  private synchronized void forget(HelmProcess process) {
    all.remove(process);
  }

  private synchronized boolean isClosed() {
    return closed;
  }

  @Override
  public void close() {
    leave().forEach(this::discard);
    starts.shutdownNow();
    starts.close();
  }

  private synchronized List<HelmProcess> leave() {
    closed = true;
    return List.copyOf(all);
  }
}
