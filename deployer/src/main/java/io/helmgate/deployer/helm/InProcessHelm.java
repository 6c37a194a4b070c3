package io.helmgate.deployer.helm;

import java.io.IOException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;

/** Helm's library in this process. Nothing can end a call before Helm is done with it. */
public final class InProcessHelm implements HelmRuntime {
  private final HelmLibrary library;
  private final Runnable signals;

  private InProcessHelm(HelmLibrary library, Runnable signals) {
    this.library = library;
    this.signals = signals;
  }

  /**
   * Loads the library and makes a first call that touches no cluster.
   *
   * @param workDirectory for the files of that call, and Helm's home; this process's alone
   * @param environment of this process, which Helm reads too
   * @param signals registers the process's signal handlers again: the library's Go runtime takes
   *     SIGTERM and SIGINT away from the JVM
   * @throws IllegalStateException when the environment would mislead Helm, or the library cannot be
   *     loaded
   */
  public static InProcessHelm start(
      Path workDirectory, Map<String, String> environment, Runnable signals) throws IOException {
    HelmEnvironment.check(environment);
    CallFiles.prepare(workDirectory);
    HelmLibrary library = HelmLibrary.ofProcess(workDirectory.resolve("home"));
    InProcessHelm helm = new InProcessHelm(library, signals);
    try (CallFiles files = CallFiles.create(workDirectory)) {
      helm.run(HelmCommands.first(files), new CompletableFuture<>());
    }
    return helm;
  }

  @Override
  public String run(HelmCall call, CompletableFuture<?> stop) {
    try {
      return library.run(call);
    } finally {
      signals.run();
    }
  }

  @Override
  public boolean stopsCalls() {
    return false;
  }

  @Override
  public void close() {}
}
