package io.helmgate.deployer.operation;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/** The events of one operation, in order, as they happen. For one thread. */
public final class OperationWatch implements AutoCloseable {

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private final Runnable end;
  private Operation newest;
  private int after;
  private boolean over;

  /**
   * @param after number of the last event that is known already
   * @param end is run when nobody watches any more
   */
  OperationWatch(Operation operation, int after, Runnable end) {
    this.newest = operation;
    this.after = after;
    this.end = end;
  }

  /** What there is next. */
  public sealed interface Step {
    /**
     * Something happened.
     *
     * @param ended the operation, when this is its last event
     */
    record Happened(Event event, Optional<Operation> ended) implements Step {}

    /** Nothing happened in all the time. */
    record Quiet() implements Step {}

    /** Nothing will happen any more. */
    record Over() implements Step {}
  }

  /** Waits for the next event. */
  public Step next(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (true) {
        if (over) {
          return new Step.Over();
        }
        var event = newest.events().stream().filter(each -> each.sequence() > after).findFirst();
        if (event.isPresent()) {
          after = event.get().sequence();
          boolean last = newest.done() && after == newest.sequence();
          over = last;
          return new Step.Happened(event.get(), last ? Optional.of(newest) : Optional.empty());
        }
        if (newest.done()) {
          over = true;
        } else if (left <= 0) {
          return new Step.Quiet();
        } else {
          left = changed.awaitNanos(left);
        }
      }
    } finally {
      lock.unlock();
    }
  }

  /** Waits until the operation, or this watch, has ended, and returns it as it is then. */
  Operation ended(Duration atMost) throws InterruptedException {
    lock.lock();
    try {
      long left = atMost.toNanos();
      while (!newest.done() && !over && left > 0) {
        left = changed.awaitNanos(left);
      }
      return newest;
    } finally {
      lock.unlock();
    }
  }

  /** Takes the operation as somebody has seen it, maybe later than another one. */
  void seen(Operation operation) {
    lock.lock();
    try {
      if (operation.sequence() > newest.sequence() || operation.done()) {
        newest = operation;
        changed.signalAll();
      }
    } finally {
      lock.unlock();
    }
  }

  /** Ends it, whoever waits. */
  void stop() {
    lock.lock();
    try {
      over = true;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
  }

  @Override
  public void close() {
    stop();
    end.run();
  }
}
