package io.helmgate.deployer.operation;

import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** All that watch operations on this replica. */
final class OperationWatches {
  private final Map<OperationName, Set<OperationWatch>> all = new ConcurrentHashMap<>();
  private volatile boolean ended;

  /**
   * Begins to watch an operation.
   *
   * @param after number of the last event that is known already
   */
  OperationWatch add(Operation operation, int after) {
    var name = operation.name();
    var watch = new OperationWatch[1];
    watch[0] = new OperationWatch(operation, after, () -> remove(name, watch[0]));
    all.compute(
        name,
        (_, others) -> {
          Set<OperationWatch> now = others == null ? ConcurrentHashMap.newKeySet() : others;
          now.add(watch[0]);
          return now;
        });
    if (ended) {
      watch[0].stop();
    }
    return watch[0];
  }

  private void remove(OperationName name, OperationWatch watch) {
    all.computeIfPresent(
        name,
        (_, others) -> {
          others.remove(watch);
          return others.isEmpty() ? null : others;
        });
  }

  /** An operation has changed. */
  void seen(Operation operation) {
    all.getOrDefault(operation.name(), Set.of()).forEach(watch -> watch.seen(operation));
  }

  /** Ends all, and whatever is added from now on. */
  void end() {
    ended = true;
    all.values().forEach(watches -> watches.forEach(OperationWatch::stop));
  }
}
