package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Outcome;
import java.time.Duration;
import java.util.List;

/**
 * One writer for each release, over all replicas. Everything here is done as the service itself.
 */
public interface ReleaseLocks {

  /**
   * Takes the lock of the operation's release: ABORTED, naming the operation that has it, when it
   * is taken, be its holder alive or not. Only {@link #take} ends a dead holder's.
   */
  Outcome<Lock> acquire(OperationName operation);

  /** All locks that are held, by whomever. */
  Outcome<List<Held>> held();

  /** Takes a lock over from its holder: ABORTED when the holder, or somebody else, was quicker. */
  Outcome<Lock> take(Held held);

  /** How long a holder that stays silent keeps its lock. */
  Duration duration();

  /** A lock that this replica holds. */
  interface Lock {
    /**
     * Keeps it for another {@link #duration}.
     *
     * @param engine how long Helm may be at work from now on without anybody being able to stop it;
     *     takers wait so much longer
     * @return ABORTED when it was lost
     */
    Outcome<Lock> renew(Duration engine);

    /** Gives it back. */
    Outcome<Lock> release();
  }

  /**
   * A lock as it was seen.
   *
   * @param version changes with each renewal
   * @param patience how long it must stay unchanged until its holder counts as dead
   */
  record Held(OperationName operation, String version, Duration patience) {}
}
