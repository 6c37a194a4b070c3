package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Cluster;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.HookRun;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.ReleaseStore;
import io.helmgate.deployer.release.RevisionState;
import io.helmgate.deployer.release.StoredRevision;
import io.helmgate.deployer.release.Writes;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.Function;

/** Operations, locks and releases in memory. */
final class FakePorts implements OperationStore, ReleaseLocks {

  final Map<OperationName, Operation> operations = new ConcurrentHashMap<>();

  /** As other replicas hold them. */
  final List<Held> locks = new CopyOnWriteArrayList<>();

  final List<OperationName> taken = new CopyOnWriteArrayList<>();
  final List<Operation> ended = new CopyOnWriteArrayList<>();
  final AtomicInteger renewals = new AtomicInteger();
  final Duration duration;

  /** Why locks cannot be renewed; empty: they can. */
  volatile Optional<Reason> outage = Optional.empty();

  /** What is said of a new record, though it is kept; empty: that it is kept. */
  volatile Optional<Reason> misled = Optional.empty();

  /** What the caller is told of the release's revisions. */
  volatile Outcome<List<RevisionState>> revisions = Outcome.success(List.of());

  /** Whether new records end in an error. */
  volatile boolean broken;

  /** Holds back the answer about a new record, which is not kept before. */
  final Semaphore recording = new Semaphore(Integer.MAX_VALUE);

  FakePorts(Duration duration) {
    this.duration = duration;
  }

  OperationPorts with(Writes writes) {
    return new OperationPorts(new Cooperative(), new Revisioned(), writes, this, this, ended::add);
  }

  @Override
  public Outcome<Operation> create(Operation operation) {
    recording.acquireUninterruptibly();
    if (broken) {
      throw new StackOverflowError();
    }
    return operations.putIfAbsent(operation.name(), operation) == null
        ? misled
            .<Outcome<Operation>>map(reason -> Outcome.failure(reason, "no answer"))
            .orElseGet(() -> Outcome.success(operation))
        : Outcome.failure(Reason.ALREADY_EXISTS, "taken");
  }

  @Override
  public Outcome<Operation> get(OperationName name) {
    return Optional.ofNullable(operations.get(name))
        .map(Outcome::success)
        .orElseGet(() -> Outcome.failure(Reason.NOT_FOUND, "no operation"));
  }

  @Override
  public synchronized Outcome<Operation> update(
      OperationName name, Function<Operation, Outcome<Operation>> change) {
    return get(name)
        .flatMap(change)
        .map(
            changed -> {
              operations.put(name, changed);
              return changed;
            });
  }

  @Override
  public Outcome<List<Operation>> list(Optional<String> namespace, Optional<String> release) {
    return Outcome.success(List.copyOf(operations.values()));
  }

  @Override
  public Outcome<List<Ended>> ended() {
    return Outcome.success(
        operations.values().stream()
            .filter(Operation::done)
            .map(operation -> new Ended(operation.name(), operation.updated()))
            .toList());
  }

  @Override
  public Outcome<OperationName> delete(OperationName name) {
    operations.remove(name);
    return Outcome.success(name);
  }

  @Override
  public AutoCloseable follow(Consumer<Operation> listener) {
    return () -> {};
  }

  @Override
  public Duration duration() {
    return duration;
  }

  @Override
  public Outcome<Lock> acquire(OperationName operation) {
    var held = new Held(operation, "1", duration);
    locks.add(held);
    return Outcome.success(new FakeLock(held));
  }

  @Override
  public Outcome<List<Held>> held() {
    return Outcome.success(List.copyOf(locks));
  }

  @Override
  public Outcome<Lock> take(Held held) {
    taken.add(held.operation());
    return Outcome.success(new FakeLock(held));
  }

  private final class FakeLock implements Lock {
    private final Held held;

    FakeLock(Held held) {
      this.held = held;
    }

    @Override
    public Outcome<Lock> renew(Duration engine) {
      renewals.incrementAndGet();
      return outage
          .<Outcome<Lock>>map(reason -> Outcome.failure(reason, "no answer"))
          .orElseGet(() -> Outcome.success(this));
    }

    @Override
    public Outcome<Lock> release() {
      locks.remove(held);
      return Outcome.success(this);
    }
  }

  /** Lets everybody do everything. */
  private static final class Cooperative implements Cluster {
    @Override
    public Outcome<String> version(Caller caller) {
      return Outcome.success("v1.36.0");
    }

    @Override
    public Outcome<Caller> mayUseRecords(Caller caller, String namespace, String verb) {
      return Outcome.success(caller);
    }

    @Override
    public Outcome<Boolean> namespaceAbsent(Caller caller, String namespace) {
      return Outcome.success(false);
    }
  }

  /** Tells of revisions, and lets nobody write any. */
  private final class Revisioned implements ReleaseStore {
    @Override
    public Outcome<List<RevisionState>> revisions(Caller caller, ReleaseRef ref) {
      return revisions;
    }

    @Override
    public Outcome<List<RevisionState>> list(
        Caller caller, Optional<String> namespace, String selector) {
      return revisions;
    }

    @Override
    public Outcome<List<ReleaseRevision>> read(Caller caller, List<RevisionState> states) {
      return Outcome.success(new ArrayList<>());
    }

    @Override
    public Outcome<StoredRevision> stored(Caller caller, ReleaseRef ref, int revision) {
      return refused();
    }

    @Override
    public Outcome<ReleaseRef> fail(
        Caller caller, ReleaseRef ref, int revision, String description, OptionalInt deployed) {
      return refused();
    }

    @Override
    public Outcome<ReleaseRef> mark(Caller caller, ReleaseRef ref, int revision, String status) {
      return refused();
    }

    @Override
    public Outcome<ReleaseRef> delete(Caller caller, ReleaseRef ref, int revision) {
      return refused();
    }

    @Override
    public Outcome<ReleaseRef> ran(
        Caller caller, ReleaseRef ref, int revision, List<HookRun> runs) {
      return refused();
    }

    @Override
    public Outcome<ReleaseRef> restore(Caller caller, ReleaseRef ref, int revision, int replayed) {
      return refused();
    }

    @Override
    public Outcome<ReleaseRef> restoreChart(
        Caller caller, ReleaseRef ref, int revision, FetchedChart chart) {
      return refused();
    }

    private static <T> Outcome<T> refused() {
      return Outcome.failure(Reason.PERMISSION_DENIED, "may not");
    }
  }
}
