package io.helmgate.deployer.kubernetes;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/** Lets time pass between two looks at the cluster. */
@FunctionalInterface
public interface Pause {
  void pause(Duration duration) throws InterruptedException;

  /** Pauses the calling thread until the scheduler wakes it. */
  static Pause by(ScheduledExecutorService scheduler) {
    return duration -> {
      CountDownLatch over = new CountDownLatch(1);
      var wake = scheduler.schedule(over::countDown, duration.toMillis(), TimeUnit.MILLISECONDS);
      try {
        over.await();
      } finally {
        wake.cancel(false);
      }
    };
  }
}
