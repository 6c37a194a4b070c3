package io.helmgate.deployer.operation;

import io.helmgate.deployer.operation.ReleaseLocks.Held;
import io.helmgate.deployer.operation.ReleaseLocks.Lock;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends operations whose replica has died, and no longer keeps those that ended long ago.
 *
 * <p>A replica counts as dead when a lock of its has not been renewed for as long as the lock says,
 * by this replica's own clock: clocks of different machines are not compared.
 */
public final class Recovery {

  private static final Logger log = LoggerFactory.getLogger(Recovery.class);
  private static final Duration BETWEEN_SWEEPS = Duration.ofMinutes(1);

  private final Repair repair;
  private final OperationStore store;
  private final ReleaseLocks locks;
  private final OperationObserver observer;
  private final OperationSettings settings;
  private final Clock clock;
  private final LongSupplier nanoTime;
  private final Map<OperationName, Seen> seen = new HashMap<>();
  private Instant swept = Instant.EPOCH;

  public Recovery(
      OperationPorts ports, OperationSettings settings, Clock clock, LongSupplier nanoTime) {
    this.repair = new Repair(ports.releases());
    this.store = ports.store();
    this.locks = ports.locks();
    this.observer = ports.observer();
    this.settings = settings;
    this.clock = clock;
    this.nanoTime = nanoTime;
  }

  private record Seen(String version, long since) {}

  /** Looks at all locks once; to be called again and again, by one thread at a time. */
  public void look() {
    switch (locks.held()) {
      case Outcome.Success<List<Held>>(List<Held> held) -> {
        seen.keySet().retainAll(held.stream().map(Held::operation).toList());
        held.stream().filter(this::dead).forEach(this::recover);
      }
      case Outcome.Failure<List<Held>>(Reason _, String why, var _) ->
          // The cluster's condition says so as long as it lasts.
          log.debug("Locks cannot be looked at: {}", why);
    }
    if (Duration.between(swept, clock.instant()).compareTo(BETWEEN_SWEEPS) >= 0) {
      sweep();
      swept = clock.instant();
    }
  }

  private boolean dead(Held held) {
    long now = nanoTime.getAsLong();
    var before = seen.get(held.operation());
    if (before == null || !before.version().equals(held.version())) {
      seen.put(held.operation(), new Seen(held.version(), now));
      return false;
    }
    return now - before.since() >= held.patience().toNanos();
  }

  private void recover(Held held) {
    log.warn("Operation {}: its replica is dead", held.operation());
    switch (locks.take(held)) {
      case Outcome.Success<Lock>(Lock lock) -> {
        switch (store.update(held.operation(), this::claimed)) {
          case Outcome.Success<Operation>(Operation operation) -> end(operation, lock);
          case Outcome.Failure<Operation>(Reason reason, String why, var _) -> {
            log.info("Operation {}: nothing to end: {}", held.operation(), why);
            if (reason == Reason.NOT_FOUND) {
              lock.release();
            }
          }
        }
      }
      case Outcome.Failure<Lock>(Reason _, String why, var _) ->
          log.info("Operation {}: its lock cannot be taken: {}", held.operation(), why);
    }
  }

  private Outcome<Operation> claimed(Operation operation) {
    return Outcome.success(
        operation.done() ? operation : operation.claimedBy(settings.replica(), clock.instant()));
  }

  /** An outage leaves all as it is: the lock runs out again, and the next look tries again. */
  private void end(Operation operation, Lock lock) {
    if (operation.done()) {
      lock.release();
      return;
    }
    switch (repair.of(operation, "its replica died")) {
      case Outcome.Success<Repair.Left>(Repair.Left(String what, int newest)) -> {
        var ending =
            new Ending.Failed(
                Reason.ABORTED,
                "release %s: its replica was lost or has died; %s"
                    .formatted(operation.name().release(), what));
        if (store.update(
                operation.name(),
                now ->
                    Outcome.success(
                        now.left(newest, clock.instant()).ended(ending, clock.instant())))
            instanceof Outcome.Success<Operation>(Operation aborted)) {
          observer.ended(aborted);
          lock.release();
        }
      }
      case Outcome.Failure<Repair.Left>(Reason _, String why, var _) ->
          log.warn("Operation {} cannot be ended yet: {}", operation.name(), why);
    }
  }

  private void sweep() {
    if (store.ended() instanceof Outcome.Success<List<OperationStore.Ended>>(var ended)) {
      var before = clock.instant().minus(settings.retention());
      ended.stream()
          .filter(operation -> operation.at().isBefore(before))
          .forEach(operation -> store.delete(operation.name()));
    }
  }
}
