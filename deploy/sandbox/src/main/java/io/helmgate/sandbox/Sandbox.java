package io.helmgate.sandbox;

import io.helmgate.sandbox.charts.ChartRepository;
import io.helmgate.sandbox.cluster.Cluster;
import io.helmgate.sandbox.gateway.Envoy;
import io.helmgate.sandbox.identity.Keycloak;
import io.helmgate.sandbox.process.Part;
import io.helmgate.sandbox.process.SandboxException;
import io.helmgate.sandbox.process.Workspace;
import io.helmgate.sandbox.service.ServiceProcess;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.CompletionService;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorCompletionService;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Consumer;

/**
 * A running system. Its parts are reached by accessors, which fail for a component that was left
 * out, and each part can be stopped and started by itself. Closing stops all of them; so does the
 * end of the JVM, however it comes.
 */
public final class Sandbox implements AutoCloseable {
  private final Workspace workspace;
  private final SortedMap<Component, Part> parts;
  private final Thread shutdownHook = new Thread(this::stopAll, "sandbox-shutdown");

  Sandbox(Workspace workspace, Map<Component, Part> parts) {
    this.workspace = workspace;
    this.parts = new TreeMap<>(parts);
  }

  /**
   * Starts the components of the options, and returns when all are ready.
   *
   * @throws SandboxException when one is not; what was started is stopped again
   */
  public static Sandbox start(SandboxOptions options) {
    Sandbox sandbox = SandboxAssembly.of(options).assemble();
    Runtime.getRuntime().addShutdownHook(sandbox.shutdownHook);
    try {
      sandbox.startAll(options.progress());
      SandboxDescription.of(sandbox).write();
      ShellVariables.of(sandbox).write();
    } catch (RuntimeException e) {
      sandbox.close();
      throw e;
    }
    return sandbox;
  }

  /** Starts all at once: those that need another wait for it by themselves, as in production. */
  private void startAll(Consumer<String> progress) {
    progress.accept("starts " + names());
    try (ExecutorService executor = Executors.newVirtualThreadPerTaskExecutor()) {
      CompletionService<String> starts = new ExecutorCompletionService<>(executor);
      Instant begin = Instant.now();
      for (Part part : parts.values()) {
        starts.submit(
            () -> {
              part.start();
              long millis = Duration.between(begin, Instant.now()).toMillis();
              return "%s is ready after %.1f s".formatted(part.name(), millis / 1000.0);
            });
      }
      try {
        for (int i = 0; i < parts.size(); i++) {
          progress.accept(starts.take().get());
        }
      } catch (ExecutionException e) {
        executor.shutdownNow();
        throw new SandboxException("The sandbox can't start: " + reason(e), e);
      } catch (InterruptedException e) {
        executor.shutdownNow();
        Thread.currentThread().interrupt();
        throw new SandboxException("interrupted while the sandbox started", e);
      }
    }
  }

  private static String reason(ExecutionException e) {
    Throwable cause = e.getCause();
    return cause == null ? e.toString() : String.valueOf(cause.getMessage());
  }

  private String names() {
    return String.join(", ", parts.values().stream().map(Part::name).toList());
  }

  /** Returns what was chosen to run. */
  public Set<Component> components() {
    return Set.copyOf(parts.keySet());
  }

  public Cluster cluster() {
    return part(Component.CLUSTER, Cluster.class);
  }

  public Keycloak keycloak() {
    return part(Component.KEYCLOAK, Keycloak.class);
  }

  public ChartRepository charts() {
    return part(Component.CHARTS, ChartRepository.class);
  }

  public ServiceProcess extauthz() {
    return part(Component.EXTAUTHZ, ServiceProcess.class);
  }

  public ServiceProcess deployer() {
    return part(Component.DEPLOYER, ServiceProcess.class);
  }

  public Envoy envoy() {
    return part(Component.ENVOY, Envoy.class);
  }

  private <T extends Part> T part(Component component, Class<T> type) {
    Part part = parts.get(component);
    if (part == null) {
      throw new IllegalStateException(
          "sandbox: without %s (expected: it is among the options' components)"
              .formatted(component));
    }
    return type.cast(part);
  }

  /** Returns where the state of the sandbox lies. */
  public Path directory() {
    return workspace.directory();
  }

  /** Returns where the certificates lie: those of Envoy, extauthz and deployer, and ca.crt. */
  public Path tls() {
    return workspace.part("tls");
  }

  /** Returns the policy that extauthz reads, a copy that may be edited. */
  public Path policy() {
    return workspace.part("policy").resolve("helmgate.rego");
  }

  /** Returns the configuration of extauthz and the deployer. */
  public Path configuration() {
    return workspace.directory().resolve("helmgate.yaml");
  }

  /** Returns a third-party program, such as {@code grpcurl}. */
  public Path program(String name) {
    return workspace.program(name);
  }

  /** Stops all parts, in the reverse order of their being needed. */
  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(shutdownHook);
    } catch (IllegalStateException _) {
      // The JVM is ending, and the hook does the same.
      return;
    }
    stopAll();
  }

  private void stopAll() {
    List<RuntimeException> failures = new ArrayList<>();
    for (Part part : List.copyOf(parts.values()).reversed()) {
      try {
        part.stop();
      } catch (RuntimeException e) {
        failures.add(e);
      }
    }
    // Kills what did not stop.
    workspace.launcher().close();
    if (!failures.isEmpty()) {
      var failure = new SandboxException("The sandbox can't stop all of its parts");
      failures.forEach(failure::addSuppressed);
      throw failure;
    }
  }
}
