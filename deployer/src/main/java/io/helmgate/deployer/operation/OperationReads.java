package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Cluster;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What is told of operations, to whoever may read the records of their releases. */
final class OperationReads {
  private static final String EVERYWHERE = "";

  private final Cluster cluster;
  private final OperationStore store;
  private final OperationWatches watches = new OperationWatches();

  OperationReads(Cluster cluster, OperationStore store) {
    this.cluster = cluster;
    this.store = store;
  }

  Outcome<Operation> get(Caller caller, OperationName name) {
    return mayRead(caller, name.release().namespace()).flatMap(_ -> store.get(name));
  }

  Outcome<List<Operation>> list(
      Caller caller, Optional<String> namespace, Optional<String> release) {
    if (namespace.isPresent()) {
      return mayRead(caller, namespace.get()).flatMap(_ -> store.list(namespace, release));
    }
    return mayRead(caller, EVERYWHERE)
        .map(_ -> true)
        .recover(Reason.PERMISSION_DENIED, false)
        .flatMap(
            all ->
                store
                    .list(namespace, release)
                    .flatMap(found -> all ? Outcome.success(found) : readable(caller, found)));
  }

  private Outcome<List<Operation>> readable(Caller caller, List<Operation> operations) {
    Outcome<Set<String>> readable = Outcome.success(new HashSet<>());
    for (var name : operations.stream().map(OperationReads::namespace).distinct().toList()) {
      readable =
          readable.flatMap(
              known ->
                  mayRead(caller, name)
                      .map(_ -> known.add(name))
                      .recover(Reason.PERMISSION_DENIED, false)
                      .map(_ -> known));
    }
    return readable.map(
        known -> operations.stream().filter(each -> known.contains(namespace(each))).toList());
  }

  private static String namespace(Operation operation) {
    return operation.name().release().namespace();
  }

  Outcome<Operation> await(Caller caller, OperationName name, Duration atMost) {
    return watch(caller, name, 0)
        .flatMap(
            watch -> {
              try (watch) {
                var last = watch.ended(atMost);
                // A replica whose watch of the cluster is broken has not heard of the end.
                return last.done() ? Outcome.success(last) : store.get(name);
              } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                return Outcome.failure(Reason.UNAVAILABLE, "the service is stopping");
              }
            });
  }

  Outcome<OperationWatch> watch(Caller caller, OperationName name, int after) {
    return get(caller, name)
        .flatMap(
            operation -> {
              var watch = watches.add(operation, after);
              // It may have changed before the watch was known.
              return switch (store.get(name)) {
                case Outcome.Success<Operation>(Operation now) -> {
                  watch.seen(now);
                  yield Outcome.success(watch);
                }
                case Outcome.Failure<Operation>(Reason reason, String message, var _) -> {
                  watch.close();
                  yield Outcome.failure(reason, message);
                }
              };
            });
  }

  /** In a namespace, or, where that is empty, in all. */
  private Outcome<Caller> mayRead(Caller caller, String namespace) {
    return cluster.mayUseRecords(caller, namespace, "get");
  }

  /** An operation of any replica has changed. */
  void seen(Operation operation) {
    watches.seen(operation);
  }

  /** Ends all watches and waits, now and from now on. */
  void endWatches() {
    watches.end();
  }
}
