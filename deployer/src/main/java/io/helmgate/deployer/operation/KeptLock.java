package io.helmgate.deployer.operation;

import io.helmgate.deployer.operation.ReleaseLocks.Lock;
import io.helmgate.deployer.release.Outcome;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.function.Function;

/** The lock of a running operation, and how long it lasts. */
final class KeptLock {
  private final Lock lock;
  private final Duration duration;
  private final Clock clock;
  private final Object renewing = new Object();
  private Instant renewed;
  private Instant engineUntil = Instant.EPOCH;

  /**
   * @param duration that each renewal gives
   */
  KeptLock(Lock lock, Duration duration, Instant acquired, Clock clock) {
    this.lock = lock;
    this.duration = duration;
    this.clock = clock;
    this.renewed = acquired;
  }

  /** What may pass between two renewals. */
  Duration pause() {
    return duration.dividedBy(3);
  }

  /**
   * Renews it, unless that was done just now and everybody knows how long Helm may be at work.
   *
   * @param engine how long that is from now on; zero: it is not called, so that nobody need wait
   */
  Outcome<Lock> hold(Duration engine) {
    synchronized (renewing) {
      var now = clock.instant();
      var announced = engineLeft(now);
      boolean fresh = sinceRenewal(now).compareTo(pause()) < 0;
      boolean known = engine.isZero() ? announced.isZero() : announced.compareTo(engine) >= 0;
      return fresh && known ? Outcome.success(lock) : renew(engine);
    }
  }

  /** Renews it for what is left of what Helm may take. */
  Outcome<Lock> renew() {
    return renew(this::engineLeft);
  }

  /**
   * Renews it.
   *
   * @param engine how long Helm may be at work from now on
   */
  Outcome<Lock> renew(Duration engine) {
    return renew(_ -> engine);
  }

  /** One thread at a time. */
  private Outcome<Lock> renew(Function<Instant, Duration> engine) {
    synchronized (renewing) {
      var now = clock.instant();
      var atWork = engine.apply(now);
      return lock.renew(atWork)
          .map(
              kept -> {
                renewed(now, atWork);
                return kept;
              });
    }
  }

  /** How long its holder may go on if it cannot be renewed: stopping needs some of the rest. */
  synchronized Duration left() {
    return Duration.between(clock.instant(), renewed.plus(duration.multipliedBy(2).dividedBy(3)));
  }

  Outcome<Lock> release() {
    return lock.release();
  }

  private synchronized void renewed(Instant now, Duration engine) {
    renewed = now;
    engineUntil = now.plus(engine);
  }

  private synchronized Duration sinceRenewal(Instant now) {
    return Duration.between(renewed, now);
  }

  private synchronized Duration engineLeft(Instant now) {
    var left = Duration.between(now, engineUntil);
    return left.isNegative() ? Duration.ZERO : left;
  }
}
