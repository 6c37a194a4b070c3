package io.helmgate.deployer.helm;

import com.marcnuri.helm.Helm;
import io.helmgate.deployer.chart.BadChartException;
import io.helmgate.deployer.kubernetes.ClusterConnection;
import io.helmgate.deployer.kubernetes.Impersonation;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.EngineCommand;
import io.helmgate.deployer.release.HelmEngine;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.Progress;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.values.Values;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Helm as a native library in this process (helm-java), for all clusters. Calls run on a few
 * threads of the platform, since native code pins virtual ones; each has a kubeconfig file of its
 * own, never the library's kubeconfig by contents, debug, set or upsert, which are unsafe or lossy
 * there.
 */
public final class NativeHelmEngine implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(NativeHelmEngine.class);

  /** Without it the library would fetch native code from the network when its jar is missing. */
  private static final String SKIP_DOWNLOAD = "com.marcnuri.jkube-helm.skipRemoteJar";

  /** What Helm may take beyond its timeout to notice it and write its record. */
  private static final Duration GRACE = Duration.ofSeconds(5);

  private final Path workDirectory;
  private final EngineLimits limits;
  private final Runnable signals;
  private final SharedThreads threads;

  /** Renderings are short, and wait for no hooks of others. */
  private final ThreadPoolExecutor renderers;

  private NativeHelmEngine(Path workDirectory, EngineLimits limits, Runnable signals) {
    this.workDirectory = workDirectory;
    this.limits = limits;
    this.signals = signals;
    this.threads = new SharedThreads("helm-", limits.calls(), limits.queue());
    this.renderers =
        new ThreadPoolExecutor(
            limits.calls(),
            limits.calls(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(limits.queue()),
            Thread.ofPlatform().name("render-", 0).daemon().factory());
  }

  /**
   * Loads the library and makes a first call that touches no cluster.
   *
   * @param workDirectory for the files of each call; this process's alone
   * @param environment of this process, which Helm reads too
   * @param signals registers the process's signal handlers again: the library's Go runtime takes
   *     SIGTERM and SIGINT away from the JVM
   * @throws IllegalStateException when the environment would mislead Helm, or the library cannot be
   *     loaded
   */
  public static NativeHelmEngine start(
      Path workDirectory, EngineLimits limits, Map<String, String> environment, Runnable signals)
      throws IOException {
    HelmEnvironment.check(environment);
    if (!workDirectory.isAbsolute() || workDirectory.toString().contains(",")) {
      throw new IllegalStateException(
          "work directory: " + workDirectory + " (expected: an absolute path without a comma)");
    }
    System.setProperty(SKIP_DOWNLOAD, "true");
    CallFiles.prepare(workDirectory);
    try (CallFiles files = CallFiles.create(workDirectory)) {
      Path chart = files.create("chart.tgz");
      ChartCopies.empty(chart);
      new Helm(chart).template().withName("first").call();
    } finally {
      signals.run();
    }
    return new NativeHelmEngine(workDirectory, limits, signals);
  }

  /** The engine of one more cluster. */
  public HelmEngine on(ClusterConnection cluster) {
    var target = new Target(cluster, threads.share());
    return (caller, command, timeout, progress) ->
        Impersonation.check(caller).flatMap(_ -> queue(target, caller, command, timeout, progress));
  }

  /** A cluster, and its share of the threads. */
  private record Target(ClusterConnection cluster, SharedThreads.Share share) {}

  /** Something that ends soon and writes nothing. */
  interface Work<T> {
    T run(CallFiles files) throws IOException;
  }

  /** Does such work on one of the threads, with files of its own. */
  <T> Outcome<T> briefly(ReleaseRef ref, Values values, Work<T> work, Duration timeout) {
    Future<Outcome<T>> call;
    try {
      call = renderers.submit(() -> execute(ref, values, work));
    } catch (RejectedExecutionException e) {
      log.warn("A rendering was refused: {} run and {} wait", limits.calls(), limits.queue(), e);
      return Outcome.failure(
          Reason.RESOURCE_EXHAUSTED, "too many operations are waiting (expected: to try later)");
    }
    try {
      return call.get(Math.max(0, timeout.toMillis()), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      call.cancel(false);
      log.debug("A rendering of release {} was not done in time", ref, e);
      return Outcome.failure(Reason.DEADLINE_EXCEEDED, "release " + ref + ": not rendered in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.failure(Reason.UNAVAILABLE, "the service is stopping");
    } catch (ExecutionException e) {
      throw new IllegalStateException("release " + ref + " could not be rendered", e.getCause());
    }
  }

  private <T> Outcome<T> execute(ReleaseRef ref, Values values, Work<T> work) throws IOException {
    try (CallFiles files = CallFiles.create(workDirectory)) {
      return Outcome.success(work.run(files));
    } catch (BadChartException e) {
      return Outcome.failure(Reason.FAILED_PRECONDITION, "release " + ref + ": " + e.getMessage());
    } catch (IllegalStateException e) {
      String text = values.hide(String.valueOf(e.getMessage()));
      log.info("Helm cannot render release {}: {}", ref, text);
      return EngineFailures.of(ref, text)
          .<Outcome<T>>map(failure -> new Outcome.Failure<>(failure.reason(), failure.message()))
          .orElseGet(
              () ->
                  Outcome.failure(
                      Reason.FAILED_PRECONDITION,
                      "release " + ref + ": the chart cannot be rendered with these values"));
    } finally {
      signals.run();
    }
  }

  private Outcome<ReleaseRef> queue(
      Target target, Caller caller, EngineCommand command, Duration timeout, Progress progress) {
    long deadline = System.nanoTime() + timeout.toNanos();
    var begun = new AtomicBoolean();
    Future<Outcome<ReleaseRef>> call;
    try {
      call =
          target
              .share()
              .submit(
                  () ->
                      begun.compareAndSet(false, true)
                          ? execute(target.cluster(), caller, command, deadline, progress)
                          : late(command));
    } catch (RejectedExecutionException e) {
      log.warn("A Helm call was refused", e);
      return Outcome.failure(
          Reason.RESOURCE_EXHAUSTED, "too many operations are waiting (expected: to try later)");
    }
    progress.onStop(
        () -> {
          if (begun.compareAndSet(false, true)) {
            call.cancel(false);
          }
        });
    try {
      return call.get(timeout.plus(GRACE).toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      call.cancel(false);
      log.error("Helm did not finish in time with release {}", command.ref(), e);
      return late(command);
    } catch (CancellationException e) {
      log.debug("A Helm call with release {} was stopped before it began", command.ref(), e);
      var why = progress.stopped();
      return why.isPresent()
          ? Outcome.failure(why.get().reason(), why.get().message())
          : late(command);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.failure(Reason.UNAVAILABLE, "the service is stopping");
    } catch (ExecutionException e) {
      return unexpected(caller, command, e.getCause());
    }
  }

  private Outcome<ReleaseRef> execute(
      ClusterConnection cluster,
      Caller caller,
      EngineCommand command,
      long deadline,
      Progress progress)
      throws IOException {
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    if (left.isNegative()) {
      return late(command);
    }
    if (progress.apply(left.plus(GRACE))
        instanceof Outcome.Failure<Phase>(Reason reason, String message, var _)) {
      return Outcome.failure(reason, message);
    }
    int seconds = (int) Math.max(1, left.toSeconds());
    try (CallFiles files = CallFiles.create(workDirectory)) {
      Path kubeconfig = files.write("kubeconfig", CallerKubeconfig.of(cluster, caller));
      HelmCommands.run(command, files, kubeconfig, seconds);
      return Outcome.success(command.ref());
    } catch (BadChartException e) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION, "release " + command.ref() + ": " + e.getMessage());
    } catch (IllegalStateException e) {
      String text = command.values().hide(String.valueOf(e.getMessage()));
      Optional<Outcome.Failure<ReleaseRef>> known = EngineFailures.of(command.ref(), text);
      log.info("Helm failed with release {}: {}", command.ref(), text);
      return known.isPresent() ? known.get() : unexpected(caller, command, null);
    } finally {
      signals.run();
    }
  }

  private static Outcome<ReleaseRef> late(EngineCommand command) {
    return Outcome.failure(
        Reason.DEADLINE_EXCEEDED, "release " + command.ref() + ": not done in time");
  }

  private static Outcome<ReleaseRef> unexpected(
      Caller caller, EngineCommand command, @Nullable Throwable cause) {
    log.error(
        "Helm failed unexpectedly with release {}, decision {}",
        command.ref(),
        caller.decisionId(),
        cause);
    return Outcome.failure(
        Reason.INTERNAL,
        "release " + command.ref() + ": Helm failed (decision " + caller.decisionId() + ")");
  }

  @Override
  public void close() {
    renderers.shutdown();
    try {
      if (!threads.close(limits.drain())) {
        log.warn("Helm calls are still running");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
