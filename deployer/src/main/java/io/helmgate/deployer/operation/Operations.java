package io.helmgate.deployer.operation;

import io.helmgate.deployer.operation.ReleaseLocks.Lock;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Cluster;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.Write;
import io.helmgate.deployer.release.Writes;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The use cases on operations. */
public final class Operations implements AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(Operations.class);

  private final Cluster cluster;
  private final Writes writes;
  private final OperationStore store;
  private final ReleaseLocks locks;
  private final LockAcquisition acquisition;
  private final Repair repair;
  private final OperationObserver observer;
  private final OperationSettings settings;
  private final Clock clock;
  private final RandomGenerator random;
  private final Semaphore free;
  private final Map<OperationName, RunningOperation> running = new ConcurrentHashMap<>();
  private final CompletableFuture<Void> stopping = new CompletableFuture<>();
  private final OperationReads reads;
  private final AutoCloseable following;

  public Operations(
      OperationPorts ports, OperationSettings settings, Clock clock, RandomGenerator random) {
    this.cluster = ports.cluster();
    this.writes = ports.writes();
    this.store = ports.store();
    this.locks = ports.locks();
    this.reads = new OperationReads(cluster, store);
    this.acquisition = new LockAcquisition(locks, store);
    this.repair = new Repair(ports.releases());
    this.observer = ports.observer();
    this.settings = settings;
    this.clock = clock;
    this.random = random;
    this.free = new Semaphore(settings.running());
    this.following = store.follow(this::seen);
  }

  /**
   * An operation that was accepted.
   *
   * @param result what comes of it, when this replica carries it out; empty when it is the one of
   *     an earlier request with the same id
   */
  public record Started(Operation operation, Optional<CompletableFuture<Result>> result) {}

  /**
   * What came of an operation.
   *
   * @param operation as it ended; empty when its end could not be written down here
   */
  public record Result(Outcome<Optional<ReleaseRevision>> outcome, Optional<Operation> operation) {}

  /**
   * Starts a write, unless the same one was started before.
   *
   * @return ABORTED naming the operation that works on the release already; PERMISSION_DENIED when
   *     the caller may not write the release's records, before anything is kept or locked
   */
  public Outcome<Started> start(Caller caller, Write write) {
    return cluster
        .mayUseRecords(caller, write.ref().namespace(), verb(write))
        .flatMap(_ -> earlier(caller, write))
        .flatMap(same -> same.map(Outcome::success).orElseGet(() -> startNew(caller, write)));
  }

  private static String verb(Write write) {
    return switch (write) {
      case Write.Install _, Write.Upgrade _, Write.Rollback _ -> "create";
      case Write.Unlock _, Write.Test _ -> "update";
      case Write.Uninstall _ -> "delete";
    };
  }

  private Outcome<Optional<Started>> earlier(Caller caller, Write write) {
    if (write.requestId().isEmpty()) {
      return Outcome.success(Optional.empty());
    }
    return store
        .get(name(caller, write))
        .flatMap(operation -> RequestDigest.repeated(operation, write))
        .map(operation -> Optional.of(new Started(operation, Optional.empty())))
        .recover(Reason.NOT_FOUND, Optional.empty());
  }

  private Outcome<Started> startNew(Caller caller, Write write) {
    if (!free.tryAcquire()) {
      return Outcome.failure(
          Reason.RESOURCE_EXHAUSTED, "too many operations are running (expected: to try later)");
    }
    var name = name(caller, write);
    return switch (acquired(name)) {
      case Outcome.Failure<Lock>(Reason reason, String message, var _) ->
          // The same request may have been quicker on another connection.
          earlier(caller, write, Outcome.failure(reason, message));
      case Outcome.Success<Lock>(Lock lock) -> {
        var queued = Operation.queued(name, caller, write, settings.replica(), clock.instant());
        var run =
            new RunningOperation(queued, store, lock, locks.duration(), repair, observer, clock);
        // It reads while its record is made.
        var result = run(caller, write, run);
        yield switch (recorded(queued, run)) {
          case Outcome.Success<Operation>(Operation operation) ->
              Outcome.success(new Started(operation, Optional.of(result)));
          case Outcome.Failure<Operation>(Reason reason, String message, var _) -> {
            // A record may be there none the less: then whoever takes the lock over ends it.
            if (reason != Reason.UNAVAILABLE) {
              run.release();
            }
            yield reason == Reason.ALREADY_EXISTS
                ? earlier(caller, write, Outcome.failure(Reason.ABORTED, message))
                : Outcome.failure(reason, message);
          }
        };
      }
    };
  }

  /** Takes the release's lock; whoever does not get it leaves its place to others. */
  private Outcome<Lock> acquired(OperationName name) {
    Outcome<Lock> acquired = Outcome.failure(Reason.INTERNAL, "the lock was not asked for");
    try {
      acquired = acquisition.acquire(name);
      return acquired;
    } finally {
      if (acquired instanceof Outcome.Failure) {
        free.release();
      }
    }
  }

  /** The operation that waits for its record is told in any case. */
  private Outcome<Operation> recorded(Operation queued, RunningOperation run) {
    Outcome<Operation> made = Outcome.failure(Reason.INTERNAL, "the record was not written");
    try {
      made = recorded(queued);
      return made;
    } finally {
      run.recorded(made);
    }
  }

  /** Writes down a new operation; one that is there already is ours when an answer got lost. */
  private Outcome<Operation> recorded(Operation queued) {
    var created = store.create(queued);
    return created instanceof Outcome.Failure<Operation>(Reason reason, String _, var _)
            && reason == Reason.ALREADY_EXISTS
            && store.get(queued.name()) instanceof Outcome.Success<Operation>(Operation found)
            && found.equals(queued)
        ? Outcome.success(found)
        : created;
  }

  private Outcome<Started> earlier(Caller caller, Write write, Outcome<Started> otherwise) {
    return earlier(caller, write).flatMap(same -> same.map(Outcome::success).orElse(otherwise));
  }

  private OperationName name(Caller caller, Write write) {
    return new OperationName(
        write.ref(),
        write
            .requestId()
            .map(id -> RequestDigest.id(caller, write.ref(), id))
            .orElseGet(
                () -> {
                  var bytes = new byte[32];
                  random.nextBytes(bytes);
                  return RequestDigest.id(bytes);
                }));
  }

  private CompletableFuture<Result> run(Caller caller, Write write, RunningOperation run) {
    var result = new CompletableFuture<Result>();
    var id = run.name().id();
    running.put(run.name(), run);
    Thread.ofVirtual().name("lock-" + id).start(run::keep);
    Thread.ofVirtual().name("guard-" + id).start(run::guard);
    Thread.ofVirtual().name("operation-" + id).start(() -> work(caller, write, run, result));
    return result;
  }

  private void work(
      Caller caller, Write write, RunningOperation run, CompletableFuture<Result> result) {
    // What an error, such as a stack that overflows, leaves it at.
    var outcome = unexpected(caller, write);
    try {
      outcome = carryOut(caller, write, run);
    } finally {
      finish(run, outcome, result);
    }
  }

  /** Who waits hears of the end first; whoever writes next waits for the lock. */
  private void finish(
      RunningOperation run,
      Outcome<Optional<ReleaseRevision>> outcome,
      CompletableFuture<Result> result) {
    Optional<Operation> ended = Optional.empty();
    try {
      ended = run.end(ending(outcome));
    } finally {
      running.remove(run.name(), run);
      result.complete(new Result(outcome, ended));
      try {
        if (ended.isPresent()) {
          run.release();
        }
      } finally {
        free.release();
      }
    }
  }

  private Outcome<Optional<ReleaseRevision>> carryOut(
      Caller caller, Write write, RunningOperation run) {
    try {
      return writes.carryOut(caller, write, run);
    } catch (RuntimeException e) {
      log.error(
          "Operation {} failed unexpectedly, decision {}", run.name(), caller.decisionId(), e);
      return unexpected(caller, write);
    }
  }

  private static Outcome<Optional<ReleaseRevision>> unexpected(Caller caller, Write write) {
    return Outcome.failure(
        Reason.INTERNAL,
        "release " + write.ref() + ": internal error (decision " + caller.decisionId() + ")");
  }

  private static Ending ending(Outcome<Optional<ReleaseRevision>> outcome) {
    return switch (outcome) {
      case Outcome.Success<Optional<ReleaseRevision>>(var revision) ->
          new Ending.Succeeded(revision.map(ReleaseRevision::bare));
      case Outcome.Failure<Optional<ReleaseRevision>>(
              Reason reason,
              String message,
              var violations) ->
          new Ending.Failed(reason, message, violations);
    };
  }

  public Outcome<Operation> get(Caller caller, OperationName name) {
    return reads.get(caller, name);
  }

  /**
   * Those on releases, in no order.
   *
   * @param namespace empty: of all namespaces whose records the caller may read
   * @param release empty: of all releases
   */
  public Outcome<List<Operation>> list(
      Caller caller, Optional<String> namespace, Optional<String> release) {
    return reads.list(caller, namespace, release);
  }

  /** Asks for the end of an operation; does nothing to one that has ended. */
  public Outcome<Operation> cancel(Caller caller, OperationName name) {
    return cluster
        .mayUseRecords(caller, name.release().namespace(), "update")
        .flatMap(
            _ ->
                store.update(
                    name, operation -> Outcome.success(operation.cancelling(clock.instant()))))
        .map(
            operation -> {
              seen(operation);
              return operation;
            });
  }

  /** Waits until what was just started has ended, and returns it as it is when the time is over. */
  public Outcome<Operation> await(Caller caller, Started started, Duration atMost) {
    var name = started.operation().name();
    if (started.result().isEmpty()) {
      return await(caller, name, atMost);
    }
    long deadline = System.nanoTime() + atMost.toNanos();
    var result = started.result().get();
    return within(atMost, CompletableFuture.anyOf(result, stopping))
        .flatMap(
            _ -> {
              if (result.isDone() && result.join().operation().isPresent()) {
                return Outcome.success(result.join().operation().get());
              }
              var left = Duration.ofNanos(Math.max(0, deadline - System.nanoTime()));
              return await(caller, name, left);
            });
  }

  /** Waits for something of an operation, and returns whether it has come in time. */
  static Outcome<Boolean> within(Duration atMost, Future<?> awaited) {
    try {
      awaited.get(atMost.toNanos(), TimeUnit.NANOSECONDS);
      return Outcome.success(true);
    } catch (TimeoutException e) {
      log.debug("An operation goes on after its call's time", e);
      return Outcome.success(false);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.failure(Reason.UNAVAILABLE, "the service is stopping");
    } catch (ExecutionException e) {
      throw new IllegalStateException("operations complete without exceptions", e);
    }
  }

  /** Waits until an operation has ended, and returns it as it is when the time is over. */
  public Outcome<Operation> await(Caller caller, OperationName name, Duration atMost) {
    return reads.await(caller, name, atMost);
  }

  /**
   * The events of an operation.
   *
   * @param after number of the last event that is known already
   */
  public Outcome<OperationWatch> watch(Caller caller, OperationName name, int after) {
    return reads.watch(caller, name, after);
  }

  /** An operation of any replica has changed. */
  private void seen(Operation operation) {
    reads.seen(operation);
    var run = running.get(operation.name());
    if (run != null && operation.cancelRequested()) {
      run.cancel();
    }
  }

  /** Ends all watches and waits, now and from now on: other replicas have the same to tell. */
  public void endWatches() {
    reads.endWatches();
    stopping.complete(null);
  }

  /** Waits for those that run here; what still runs then is stopped before its next phase. */
  @Override
  public void close() {
    endWatches();
    try {
      if (!free.tryAcquire(
          settings.running(), settings.drain().toMillis(), TimeUnit.MILLISECONDS)) {
        running.values().forEach(RunningOperation::interrupt);
        if (!free.tryAcquire(settings.running(), 2, TimeUnit.SECONDS)) {
          log.warn("{} operations are left to other replicas", running.size());
        }
      }
      following.close();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (Exception e) {
      throw new IllegalStateException("operations cannot be unfollowed", e);
    }
  }
}
