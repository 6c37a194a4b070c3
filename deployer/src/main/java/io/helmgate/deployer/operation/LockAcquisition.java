package io.helmgate.deployer.operation;

import io.helmgate.deployer.operation.ReleaseLocks.Held;
import io.helmgate.deployer.operation.ReleaseLocks.Lock;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Takes locks of releases. An operation writes its end down before it gives its lock back, so
 * whoever has seen the end may come a moment too early: a lock of an operation that has ended is
 * waited for.
 */
final class LockAcquisition {

  private static final Duration BETWEEN_ATTEMPTS = Duration.ofMillis(50);
  private static final int ATTEMPTS = 40;

  private final ReleaseLocks locks;
  private final OperationStore store;

  LockAcquisition(ReleaseLocks locks, OperationStore store) {
    this.locks = locks;
    this.store = store;
  }

  /**
   * Takes the lock of the operation's release.
   *
   * @return ABORTED when another operation works on the release
   */
  Outcome<Lock> acquire(OperationName operation) {
    var acquired = locks.acquire(operation);
    for (int attempt = 1; attempt < ATTEMPTS && aborted(acquired) && ends(operation); attempt++) {
      LockSupport.parkNanos(BETWEEN_ATTEMPTS.toNanos());
      acquired = locks.acquire(operation);
    }
    return acquired;
  }

  private static boolean aborted(Outcome<Lock> acquired) {
    return acquired instanceof Outcome.Failure<Lock>(Reason reason, String _, var _)
        && reason == Reason.ABORTED;
  }

  /** Whether the lock's holder is no longer at work, or gone. */
  private boolean ends(OperationName operation) {
    return locks.held() instanceof Outcome.Success<List<Held>>(List<Held> all)
        && all.stream()
            .map(Held::operation)
            .filter(holder -> holder.release().equals(operation.release()))
            .allMatch(
                holder ->
                    !holder.equals(operation)
                        && store.get(holder) instanceof Outcome.Success<Operation>(Operation found)
                        && found.done());
  }
}
