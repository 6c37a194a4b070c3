package io.helmgate.deployer.helm;

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
import io.helmgate.deployer.values.Masks;
import io.helmgate.deployer.values.Values;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletableFuture;
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
 * Commands for Helm on all clusters, of which only so many run and wait at a time, each with files
 * of its own. They run on a few threads of the platform, since native code pins virtual ones.
 */
public final class QueuedHelmEngine implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(QueuedHelmEngine.class);

  /** What it takes to look after a release whose Helm was killed. */
  private static final Duration AFTERMATH = Duration.ofSeconds(30);

  private final HelmRuntime helm;
  private final Path workDirectory;
  private final EngineLimits limits;
  private final Masks masks;
  private final SharedThreads threads;

  /** Renderings are short, and wait for no hooks of others. */
  private final ThreadPoolExecutor renderers;

  /**
   * @param helm is closed with this engine
   * @param workDirectory for the files of each call; this process's alone
   * @param masks hide values in what Helm says
   * @throws IllegalStateException when Helm could not name files in that directory
   */
  public QueuedHelmEngine(HelmRuntime helm, Path workDirectory, EngineLimits limits, Masks masks)
      throws IOException {
    this.helm = helm;
    this.workDirectory = workDirectory;
    this.limits = limits;
    this.masks = masks;
    this.threads = new SharedThreads("helm-", limits.calls(), limits.queue());
    this.renderers =
        new ThreadPoolExecutor(
            limits.calls(),
            limits.calls(),
            0,
            TimeUnit.SECONDS,
            new ArrayBlockingQueue<>(limits.queue()),
            Thread.ofPlatform().name("render-", 0).daemon().factory());
    CallFiles.prepare(workDirectory);
  }

  /** The engine of one more cluster. */
  public HelmEngine on(ClusterConnection cluster) {
    var target = new Target(cluster, threads.share());
    return (caller, command, timeout, progress) ->
        Impersonation.check(caller).flatMap(_ -> queue(target, caller, command, timeout, progress));
  }

  /** A cluster, and its share of the threads. */
  private record Target(ClusterConnection cluster, SharedThreads.Share share) {}

  /** Renders one chart, with the same values and the like each time. */
  interface Templates {

    /**
     * Renders one copy of it.
     *
     * @throws HelmFailedException when the chart cannot be rendered
     */
    String render(HelmCall.Template call) throws IOException;
  }

  /** Something that ends soon and writes nothing. */
  interface Work<T> {
    T run(CallFiles files, Templates templates) throws IOException;
  }

  /** Does such work on one of the threads, with files of its own. */
  <T> Outcome<T> briefly(ReleaseRef ref, Values values, Work<T> work, Duration timeout) {
    var stop = new CompletableFuture<Void>();
    Future<Outcome<T>> call;
    try {
      call = renderers.submit(() -> render(ref, values, work, stop));
    } catch (RejectedExecutionException e) {
      return full(e);
    }
    try {
      return call.get(Math.max(0, timeout.toMillis()), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      call.cancel(false);
      stop.complete(null);
      log.debug("A rendering of release {} was not done in time", ref, e);
      return Outcome.failure(Reason.DEADLINE_EXCEEDED, "release " + ref + ": not rendered in time");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.failure(Reason.UNAVAILABLE, "the service is stopping");
    } catch (ExecutionException e) {
      throw new IllegalStateException("release " + ref + " could not be rendered", e.getCause());
    }
  }

  private <T> Outcome<T> render(
      ReleaseRef ref, Values values, Work<T> work, CompletableFuture<?> stop) throws IOException {
    try (CallFiles files = CallFiles.create(workDirectory)) {
      return Outcome.success(work.run(files, call -> helm.run(call, stop)));
    } catch (BadChartException e) {
      return Outcome.failure(Reason.FAILED_PRECONDITION, "release " + ref + ": " + e.getMessage());
    } catch (HelmKilledException e) {
      log.info("The rendering of release {} was killed", ref, e);
      return Outcome.failure(
          Reason.ABORTED, "release " + ref + ": Helm's process died while it rendered the chart");
    } catch (HelmFailedException e) {
      String text = hidden(values, e);
      log.info("Helm cannot render release {}: {}", ref, text);
      return EngineFailures.of(ref, text)
          .<Outcome<T>>map(failure -> new Outcome.Failure<>(failure.reason(), failure.message()))
          .orElseGet(
              () ->
                  Outcome.failure(
                      Reason.FAILED_PRECONDITION,
                      "release " + ref + ": the chart cannot be rendered with these values"));
    }
  }

  /** What Helm says, which may be whole objects in the words of the API server. */
  String hidden(Values values, HelmFailedException failure) {
    return masks.hiding(values).apply(String.valueOf(failure.getMessage()));
  }

  private <T> Outcome<T> full(RejectedExecutionException e) {
    log.warn("A Helm call was refused: {} run and {} wait", limits.calls(), limits.queue(), e);
    return Outcome.failure(
        Reason.RESOURCE_EXHAUSTED, "too many operations are waiting (expected: to try later)");
  }

  private Outcome<ReleaseRef> queue(
      Target target, Caller caller, EngineCommand command, Duration timeout, Progress progress) {
    long deadline = System.nanoTime() + timeout.toNanos();
    var begun = new AtomicBoolean();
    var stop =
        new CompletableFuture<Void>()
            .completeOnTimeout(
                null, timeout.plus(HelmEngine.GRACE).toMillis(), TimeUnit.MILLISECONDS);
    Future<Outcome<ReleaseRef>> call;
    try {
      call =
          target
              .share()
              .submit(
                  () ->
                      begun.compareAndSet(false, true)
                          ? execute(target.cluster(), caller, command, deadline, progress, stop)
                          : late(command));
    } catch (RejectedExecutionException e) {
      return full(e);
    }
    progress.onStop(
        () -> {
          if (begun.compareAndSet(false, true)) {
            call.cancel(false);
          }
          stop.complete(null);
        });
    Duration patience =
        timeout.plus(HelmEngine.GRACE).plus(helm.stopsCalls() ? AFTERMATH : Duration.ZERO);
    try {
      return ended(call, patience, begun, command);
    } catch (CancellationException e) {
      log.debug("A Helm call with release {} was stopped before it began", command.ref(), e);
      return stopped(progress).orElseGet(() -> late(command));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.failure(Reason.UNAVAILABLE, "the service is stopping");
    } catch (ExecutionException e) {
      return unexpected(caller, command, e.getCause());
    } finally {
      stop.cancel(false);
    }
  }

  /**
   * Gives up what has not begun in time, but waits for what has: Helm's own timeout is one for each
   * hook, and until Helm has ended, and what a killed one has left is settled, nobody else may
   * write.
   */
  private Outcome<ReleaseRef> ended(
      Future<Outcome<ReleaseRef>> call,
      Duration patience,
      AtomicBoolean begun,
      EngineCommand command)
      throws InterruptedException, ExecutionException {
    try {
      return call.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      if (begun.compareAndSet(false, true)) {
        call.cancel(false);
        return late(command);
      }
      log.error("Helm is not done in time with release {}, and goes on", command.ref(), e);
    }
    var ended = call.get();
    log.warn("Helm is done with release {} after its time", command.ref());
    return ended instanceof Outcome.Success || helm.stopsCalls() ? ended : late(command);
  }

  private Outcome<ReleaseRef> execute(
      ClusterConnection cluster,
      Caller caller,
      EngineCommand command,
      long deadline,
      Progress progress,
      CompletableFuture<?> stop)
      throws IOException {
    Duration left = Duration.ofNanos(deadline - System.nanoTime());
    if (left.isNegative()) {
      return late(command);
    }
    if (progress.apply(left.plus(HelmEngine.GRACE))
        instanceof Outcome.Failure<Phase>(Reason reason, String message, var _)) {
      return Outcome.failure(reason, message);
    }
    int seconds = (int) Math.max(1, left.toSeconds());
    try (CallFiles files = CallFiles.create(workDirectory)) {
      Path kubeconfig = files.write("kubeconfig", CallerKubeconfig.of(cluster, caller));
      helm.run(HelmCommands.of(command, files, kubeconfig, seconds), stop);
      return Outcome.success(command.ref());
    } catch (BadChartException e) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION, "release " + command.ref() + ": " + e.getMessage());
    } catch (HelmKilledException e) {
      log.info("Helm was killed at work on release {}", command.ref(), e);
      return killed(command, deadline, progress);
    } catch (HelmFailedException e) {
      String text = hidden(command.values(), e);
      Optional<Outcome.Failure<ReleaseRef>> known = EngineFailures.of(command.ref(), text);
      log.info("Helm failed with release {}: {}", command.ref(), text);
      return stopped(progress)
          .map(
              why -> why.saying(said -> said + known.map(each -> "; " + each.message()).orElse("")))
          .or(() -> known)
          .orElseGet(() -> unexpected(caller, command, null));
    }
  }

  /** Whoever asked for the end says why, else it came by itself; what is left is settled first. */
  private static Outcome<ReleaseRef> killed(
      EngineCommand command, long deadline, Progress progress) {
    String left = progress.killed();
    return stopped(progress)
        .orElseGet(
            () ->
                System.nanoTime() > deadline
                    ? late(command)
                    : Outcome.failure(
                        Reason.ABORTED,
                        "release " + command.ref() + ": Helm's process died during the operation"))
        .saying(why -> why + "; " + left);
  }

  private static Optional<Outcome<ReleaseRef>> stopped(Progress progress) {
    return progress.stopped().map(why -> Outcome.failure(why.reason(), why.message()));
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
    } finally {
      helm.close();
    }
  }
}
