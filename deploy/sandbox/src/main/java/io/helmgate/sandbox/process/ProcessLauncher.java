package io.helmgate.sandbox.process;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * Starts child processes that die with this JVM, even when it is killed. The kernel sends that
 * signal when the <em>thread</em> that started the child ends (prctl(2), PR_SET_PDEATHSIG), so one
 * thread that lives as long as the launcher starts all. Each child is in a session of its own, so
 * that Ctrl-C reaches the sandbox alone, which stops them in order.
 */
public final class ProcessLauncher implements AutoCloseable {
  private static final List<String> OWN_SESSION = List.of("setsid");
  private static final List<String> DIE_WITH_PARENT = List.of("setpriv", "--pdeathsig", "KILL");

  private final ExecutorService thread =
      Executors.newSingleThreadExecutor(
          task -> Thread.ofPlatform().daemon().name("process-launcher").unstarted(task));
  private final List<String> wrapper;

  private ProcessLauncher(List<String> wrapper) {
    this.wrapper = wrapper;
  }

  /** Uses what the machine has of setsid and setpriv (both util-linux). */
  public static ProcessLauncher create() {
    List<String> wrapper = new ArrayList<>();
    for (List<String> prefix : List.of(OWN_SESSION, DIE_WITH_PARENT)) {
      if (works(prefix)) {
        wrapper.addAll(prefix);
      }
    }
    return new ProcessLauncher(List.copyOf(wrapper));
  }

  private static boolean works(List<String> prefix) {
    List<String> words = new ArrayList<>(prefix);
    words.add("true");
    try {
      Process process =
          new ProcessBuilder(words)
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .start();
      return process.waitFor(5, TimeUnit.SECONDS) && process.exitValue() == 0;
    } catch (IOException _) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while a child process started", e);
    }
  }

  Process start(ProcessBuilder builder) {
    List<String> words = new ArrayList<>(wrapper);
    words.addAll(builder.command());
    builder.command(words);
    try {
      return thread.submit(builder::start).get();
    } catch (ExecutionException e) {
      throw new SandboxException("%s: can't be started".formatted(words), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while a child process started", e);
    }
  }

  /** Ends the thread; the kernel then kills what was not stopped. */
  @Override
  public void close() {
    thread.shutdown();
  }
}
