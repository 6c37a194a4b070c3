package io.helmgate.deployer.helm;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Threads of the platform for the calls of several clusters. Each cluster can run one call at any
 * time, however many others hang: one that runs a call already begins another only while a thread
 * stays free for every cluster that runs none.
 */
final class SharedThreads {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition ended = lock.newCondition();
  private final ExecutorService pool;
  private final int threads;
  private final int queue;

  /** Whose turn it is comes first. */
  private final List<Share> shares = new ArrayList<>();

  private int free;
  private boolean closed;

  /**
   * @param queue so many calls of each cluster may wait
   */
  SharedThreads(String name, int threads, int queue) {
    this.pool =
        Executors.newFixedThreadPool(threads, Thread.ofPlatform().name(name, 0).daemon().factory());
    this.threads = threads;
    this.queue = queue;
    this.free = threads;
  }

  /** The share of one more cluster. */
  Share share() {
    lock.lock();
    try {
      if (shares.size() == threads) {
        throw new IllegalStateException(
            "Helm threads: %d (expected: at least one for each cluster)".formatted(threads));
      }
      var share = new Share();
      shares.add(share);
      return share;
    } finally {
      lock.unlock();
    }
  }

  /** Takes no more calls, and waits for those that it has; whether they have ended. */
  boolean close(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      closed = true;
      long left = atMost.toNanos();
      while (busy() && left > 0) {
        left = ended.awaitNanos(left);
      }
      pool.shutdown();
      return !busy();
    } finally {
      lock.unlock();
    }
  }

  private boolean busy() {
    return free < threads || shares.stream().anyMatch(share -> !share.waiting.isEmpty());
  }

  /** Begins what may begin, a call of each cluster in turn. */
  private void begin() {
    for (int i = 0; i < shares.size(); i++) {
      var share = shares.get(i);
      if (!share.waiting.isEmpty() && mayBegin(share)) {
        run(share, share.waiting.remove());
        shares.add(shares.remove(i));
        i = -1;
      }
    }
  }

  private boolean mayBegin(Share share) {
    long idle = shares.stream().filter(other -> other.running == 0).count();
    return share.running == 0 ? free > 0 : free > idle;
  }

  private void run(Share share, FutureTask<?> call) {
    share.running++;
    free--;
    pool.execute(
        () -> {
          call.run();
          lock.lock();
          try {
            share.running--;
            free++;
            begin();
            ended.signalAll();
          } finally {
            lock.unlock();
          }
        });
  }

  /** What one cluster has of the threads. */
  final class Share {
    private final Deque<FutureTask<?>> waiting = new ArrayDeque<>();
    private int running;

    private Share() {}

    /**
     * Runs a call when it is its turn.
     *
     * @return a cancelled one gives up its place at once
     * @throws RejectedExecutionException when too many of the cluster's wait
     */
    <T> Future<T> submit(Callable<T> call) {
      var task =
          new FutureTask<>(call) {
            @Override
            protected void done() {
              if (isCancelled()) {
                forget(this);
              }
            }
          };
      lock.lock();
      try {
        waiting.add(task);
        if (!closed) {
          begin();
        }
        if (closed || waiting.size() > queue) {
          waiting.remove(task);
          throw new RejectedExecutionException(
              "%d calls run and %d wait".formatted(running, waiting.size()));
        }
        return task;
      } finally {
        lock.unlock();
      }
    }

    private void forget(FutureTask<?> task) {
      lock.lock();
      try {
        waiting.remove(task);
      } finally {
        lock.unlock();
      }
    }
  }
}
