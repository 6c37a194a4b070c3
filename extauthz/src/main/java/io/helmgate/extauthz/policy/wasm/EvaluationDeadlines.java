package io.helmgate.extauthz.policy.wasm;

import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Stops evaluations that run too long by interrupting their threads; compiled modules look at the
 * interrupt flag on each backward jump. The interrupt never outlives the evaluation.
 */
final class EvaluationDeadlines {

  private final long limitNanos;
  private final Set<Running> running = ConcurrentHashMap.newKeySet();

  EvaluationDeadlines(Duration limit) {
    this.limitNanos = limit.toNanos();
  }

  /** An evaluation of the current thread begins. */
  Running begin() {
    Running begun = new Running();
    running.add(begun);
    return begun;
  }

  void stopOverdue() {
    long now = System.nanoTime();
    for (Running evaluation : running) {
      evaluation.stopIfOverdue(now);
    }
  }

  /** An evaluation under way. */
  final class Running {

    private final Thread thread = Thread.currentThread();
    private final long begun = System.nanoTime();
    private boolean ended;
    private boolean stopped;

    private synchronized void stopIfOverdue(long now) {
      if (!ended && !stopped && now - begun > limitNanos) {
        stopped = true;
        thread.interrupt();
      }
    }

    /** Whether it was stopped for its length. */
    synchronized boolean wasStopped() {
      return stopped;
    }

    /** The evaluation is over, well or badly; called by its own thread. */
    void end() {
      running.remove(this);
      synchronized (this) {
        ended = true;
        if (stopped) {
          Thread.interrupted();
        }
      }
    }
  }
}
