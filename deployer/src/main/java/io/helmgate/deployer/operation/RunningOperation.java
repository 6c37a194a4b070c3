package io.helmgate.deployer.operation;

import io.helmgate.deployer.operation.ReleaseLocks.Lock;
import io.helmgate.deployer.release.ChartAnnotations;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.Progress;
import io.helmgate.deployer.release.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.UnaryOperator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An operation that this replica carries out: keeps its lock alive, writes down how far it is, and
 * stops it before its next phase when that is asked for or the lock is lost. It may begin to read
 * while its record is still being made; it enters no phase before that.
 */
final class RunningOperation implements Progress {

  private static final Logger log = LoggerFactory.getLogger(RunningOperation.class);

  /** Writing down the end is tried again so often; then the recovery of another replica does it. */
  private static final int END_ATTEMPTS = 5;

  private static final Duration BETWEEN_OBSERVATIONS = Duration.ofSeconds(1);

  /** Announced beyond what is needed, so that a moment more is no reason to announce it again. */
  private static final Duration SPARE = Duration.ofSeconds(1);

  private final OperationName name;
  private final String replica;
  private final OperationStore store;
  private final KeptLock lock;
  private final Repair repair;
  private final OperationObserver observer;
  private final Clock clock;
  private final CompletableFuture<Boolean> recorded = new CompletableFuture<>();
  private final CountDownLatch ended = new CountDownLatch(1);
  private final List<Runnable> onStop = new ArrayList<>();
  private Optional<Outcome.Failure<Phase>> stop = Optional.empty();
  private CompletableFuture<Void> prepared = CompletableFuture.completedFuture(null);
  private Instant observed = Instant.EPOCH;
  private List<ObjectStatus> objects = List.of();
  private Revisions revisions = Revisions.UNKNOWN;
  private boolean left;
  private Optional<FetchedChart> chart = Optional.empty();
  private final Set<String> warnings = new LinkedHashSet<>();

  RunningOperation(
      Operation operation,
      OperationStore store,
      Lock lock,
      Duration lockDuration,
      Repair repair,
      OperationObserver observer,
      Clock clock) {
    this.name = operation.name();
    this.replica = operation.owner();
    this.store = store;
    this.lock = new KeptLock(lock, lockDuration, operation.created(), clock);
    this.repair = repair;
    this.observer = observer;
    this.clock = clock;
  }

  OperationName name() {
    return name;
  }

  /** Its record is there; or it could not be made, and the operation ends without a trace. */
  void recorded(Outcome<Operation> made) {
    switch (made) {
      case Outcome.Success<Operation> _ -> recorded.complete(true);
      case Outcome.Failure<Operation>(Reason reason, String message, var _) -> {
        stop(reason, message);
        recorded.complete(false);
        ended.countDown();
      }
    }
  }

  @Override
  public Outcome<Phase> enter(Phase phase) {
    return begin(phase, Duration.ZERO);
  }

  @Override
  public void prepare(Duration atMost) {
    var done = new CompletableFuture<Void>();
    synchronized (this) {
      prepared = done;
    }
    Thread.ofVirtual()
        .name("prepare-" + name.id())
        .start(
            () -> {
              try {
                held(lock.hold(atMost.plus(SPARE)));
              } finally {
                done.complete(null);
              }
            });
  }

  private synchronized CompletableFuture<Void> prepared() {
    return prepared;
  }

  @Override
  public Outcome<Phase> apply(Duration atMost) {
    return begin(Phase.APPLYING, atMost);
  }

  private Outcome<Phase> begin(Phase phase, Duration engine) {
    prepared().join();
    return going(phase)
        // The record last: the API server answers Helm's list of Secrets from its cache, which is
        // known to be the newest after a change of a Secret, and else only up to 100 ms later.
        .flatMap(_ -> held(lock.hold(engine)))
        .flatMap(_ -> change(operation -> known(operation).entered(phase, clock.instant())))
        .flatMap(
            operation -> {
              if (operation.cancelRequested()) {
                cancel();
              }
              return going(phase);
            });
  }

  private synchronized Outcome<Phase> going(Phase phase) {
    return stop.<Outcome<Phase>>map(why -> why).orElseGet(() -> Outcome.success(phase));
  }

  /** With all that this replica has learned meanwhile. */
  private synchronized Operation known(Operation operation) {
    return operation.planned(
        revisions,
        chart.map(FetchedChart::version).orElse(operation.chartVersion()),
        chart.map(FetchedChart::digest).orElse(""),
        List.copyOf(warnings),
        clock.instant());
  }

  @Override
  public synchronized void seen(int newest) {
    revisions = revisions.seen(newest);
  }

  @Override
  public synchronized void revision(int writes) {
    revisions = revisions.intending(writes);
  }

  private synchronized int writes() {
    return revisions.intended();
  }

  @Override
  public synchronized void fetched(FetchedChart fetched) {
    chart = Optional.of(fetched);
  }

  @Override
  public synchronized void warned(List<String> doubts) {
    warnings.addAll(doubts);
  }

  /** At most once a second, but always when all is ready, or the first time. */
  @Override
  public void observe(List<ObjectStatus> seen) {
    synchronized (this) {
      var now = clock.instant();
      boolean ready = seen.stream().allMatch(ObjectStatus::ready);
      if (seen.equals(objects)
          || (!ready && Duration.between(observed, now).compareTo(BETWEEN_OBSERVATIONS) < 0)) {
        return;
      }
      observed = now;
      objects = List.copyOf(seen);
    }
    if (change(operation -> operation.observed(seen, clock.instant()))
        instanceof Outcome.Failure<Operation>(Reason _, String why, var _)) {
      log.warn("Operation {}: its progress cannot be written: {}", name, why);
    }
  }

  @Override
  public synchronized Optional<Outcome.Failure<Phase>> stopped() {
    return stop;
  }

  @Override
  public void onStop(Runnable action) {
    synchronized (this) {
      onStop.add(action);
      if (stop.isEmpty()) {
        return;
      }
    }
    action.run();
  }

  /**
   * Repairs as {@link Recovery} does, which is left to it when this replica cannot do it with the
   * lock in its hands.
   */
  @Override
  public String killed() {
    var repaired =
        held(lock.renew(Duration.ZERO))
            .flatMap(_ -> store.get(name))
            .flatMap(operation -> repair.of(operation, "Helm was killed"))
            .map(Repair.Left::what);
    return switch (repaired) {
      case Outcome.Success<String>(String what) -> what;
      case Outcome.Failure<String>(Reason _, String why, var _) -> {
        log.warn("Operation {}: what Helm left is left to the recovery: {}", name, why);
        leave();
        yield "what it left is looked after later";
      }
    };
  }

  private synchronized void leave() {
    left = true;
  }

  private synchronized boolean isLeft() {
    return left;
  }

  @Override
  public Map<String, String> annotations() {
    return Map.of(ChartAnnotations.OPERATION, name.id());
  }

  /** Ends it because somebody asked for it. */
  void cancel() {
    stop(Reason.CANCELLED, "release " + name.release() + ": the operation was cancelled");
  }

  /** Ends it because this replica ends. */
  void interrupt() {
    stop(
        Reason.ABORTED,
        "release "
            + name.release()
            + ": the service was stopped during the operation, at revision "
            + writes());
  }

  private void stop(Reason reason, String message) {
    List<Runnable> actions;
    synchronized (this) {
      if (stop.isPresent()) {
        return;
      }
      stop = Optional.of(new Outcome.Failure<>(reason, message));
      actions = List.copyOf(onStop);
    }
    actions.forEach(Runnable::run);
  }

  /** Keeps the lock until the operation has ended; sees also that somebody asked for its end. */
  void keep() {
    try {
      while (!ended.await(lock.pause().toMillis(), TimeUnit.MILLISECONDS)) {
        if (held(lock.renew()) instanceof Outcome.Success<Lock>
            && store.get(name) instanceof Outcome.Success<Operation>(Operation operation)
            && operation.cancelRequested()) {
          cancel();
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Stops when the lock turns out to be somebody else's. */
  private Outcome<Lock> held(Outcome<Lock> kept) {
    if (kept instanceof Outcome.Failure<Lock>(Reason reason, String message, var _)
        && reason == Reason.ABORTED
        && ended.getCount() > 0) {
      log.error("Operation {}: its lock is lost: {}", name, message);
      lose();
    }
    return kept;
  }

  /**
   * Stops the operation while it still has its lock, when that could not be renewed for two thirds
   * of its time: what it is doing then needs some of the rest. A renewal may hang for long, so this
   * has a thread of its own.
   */
  void guard() {
    try {
      while (!ended.await(Math.max(1, lock.left().toMillis()), TimeUnit.MILLISECONDS)) {
        if (!lock.left().isPositive()) {
          log.error("Operation {}: its lock could not be renewed in time", name);
          lose();
          return;
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void lose() {
    stop(Reason.ABORTED, "release " + name.release() + ": the lock of the operation was lost");
  }

  private Outcome<Operation> change(UnaryOperator<Operation> change) {
    if (!recorded.join()) {
      return Outcome.failure(
          Reason.ABORTED, "release " + name.release() + ": the operation has no record");
    }
    var changed =
        store.update(
            name,
            operation ->
                operation.owner().equals(replica) && !operation.done()
                    ? Outcome.success(change.apply(operation))
                    : Outcome.failure(
                        Reason.ABORTED, "release " + name.release() + ": the lock was lost"));
    if (changed instanceof Outcome.Failure<Operation>(Reason reason, String _, var _)
        && reason == Reason.ABORTED) {
      lose();
    }
    return changed;
  }

  /**
   * Writes down how it ended.
   *
   * @return it as it is then; empty when others will have to do it
   */
  Optional<Operation> end(Ending ending) {
    try {
      if (isLeft() || !recorded.join()) {
        return Optional.empty();
      }
      for (int attempt = 1; attempt <= END_ATTEMPTS; attempt++) {
        switch (change(operation -> known(operation).ended(ending, clock.instant()))) {
          case Outcome.Success<Operation>(Operation done) -> {
            ended.countDown();
            observer.ended(done);
            return Optional.of(done);
          }
          case Outcome.Failure<Operation>(Reason reason, String why, var _) -> {
            log.warn("Operation {}: its end cannot be written: {}", name, why);
            if (reason == Reason.ABORTED || ended.await(1, TimeUnit.SECONDS)) {
              return Optional.empty();
            }
          }
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } finally {
      ended.countDown();
    }
    return Optional.empty();
  }

  /** Gives the lock back; if that fails, others will do it. */
  void release() {
    if (lock.release() instanceof Outcome.Failure<Lock>(Reason _, String why, var _)) {
      log.warn("Operation {}: its lock cannot be given back: {}", name, why);
    }
  }
}
