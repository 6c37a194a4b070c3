package io.helmgate.extauthz.keys;

import java.time.Duration;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;

/**
 * When the fetches of one key set happen: with jitter, so that many replicas do not ask in step,
 * and ever rarer while they fail. Each runs on a virtual thread of its own.
 */
final class RefreshTimer implements AutoCloseable {

  private static final Duration FIRST_RETRY = Duration.ofSeconds(1);
  private static final Duration LAST_RETRY = Duration.ofSeconds(30);
  private static final int DOUBLINGS = 5;

  private final ScheduledExecutorService scheduler;
  private final RandomGenerator random;
  private final ExecutorService workers = Executors.newVirtualThreadPerTaskExecutor();
  private @Nullable Future<?> next;
  private boolean closed;

  /**
   * Makes a timer.
   *
   * @param scheduler shared by all key sets; only starts work
   */
  RefreshTimer(ScheduledExecutorService scheduler, RandomGenerator random) {
    this.scheduler = scheduler;
    this.random = random;
  }

  /**
   * How long to wait before the next fetch: 75 to 90 % of a fresh set's time, or half to all of 1
   * s, 2 s, 4 s … 30 s after failures.
   */
  Duration delay(Duration cacheDuration, int failures) {
    if (failures == 0) {
      return share(cacheDuration, 0.75, 0.90);
    }
    Duration backOff = FIRST_RETRY.multipliedBy(1L << Math.min(failures - 1, DOUBLINGS));
    return share(backOff.compareTo(LAST_RETRY) < 0 ? backOff : LAST_RETRY, 0.5, 1.0);
  }

  private Duration share(Duration whole, double from, double to) {
    return Duration.ofNanos((long) (whole.toNanos() * random.nextDouble(from, to)));
  }

  /** Runs a task now. */
  void now(Runnable task) {
    workers.execute(task);
  }

  /** Runs a task later, in place of the one that waits. */
  synchronized void after(Duration delay, Runnable task) {
    if (closed) {
      return;
    }
    if (next != null) {
      next.cancel(false);
    }
    try {
      next = scheduler.schedule(() -> now(task), delay.toNanos(), TimeUnit.NANOSECONDS);
    } catch (RejectedExecutionException e) {
      // The scheduler is shut down before this timer only when the service ends.
      closed = true;
    }
  }

  @Override
  public void close() {
    synchronized (this) {
      closed = true;
      if (next != null) {
        next.cancel(false);
      }
    }
    workers.shutdownNow();
    workers.close();
  }
}
