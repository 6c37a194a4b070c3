package io.helmgate.extauthz.limits.session;

import io.dropwizard.metrics5.Counter;
import io.dropwizard.metrics5.Gauge;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.token.VerifiedToken;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The sessions of this replica that are in use. A session that calls again is always let in; a new
 * one is when there is room. One that does not call for the idle time ends.
 */
public final class ActiveSessions {

  /** How often at most all sessions are looked through for idle ones. */
  private static final Duration SWEEP_INTERVAL = Duration.ofSeconds(1);

  private static final Duration LONGEST_RETRY = Duration.ofSeconds(60);

  private final int max;
  private final Duration idleTimeout;
  private final InstantSource clock;
  private final Counter refused;
  private final ConcurrentMap<String, Instant> lastCalls = new ConcurrentHashMap<>();
  private final ReentrantLock admission = new ReentrantLock();
  private final AtomicReference<Instant> nextSweep = new AtomicReference<>(Instant.MIN);

  /**
   * Makes an empty set.
   *
   * @param max most sessions at a time
   * @param idleTimeout after how long without a call a session has ended
   */
  public ActiveSessions(
      int max, Duration idleTimeout, InstantSource clock, MetricRegistry metrics) {
    this.max = max;
    this.idleTimeout = idleTimeout;
    this.clock = clock;
    this.refused = metrics.counter(MetricName.build("extauthz_sessions_refused"));
    metrics.gauge(
        MetricName.build("extauthz_sessions"),
        () ->
            (Gauge<Integer>)
                () -> {
                  sweep(clock.instant());
                  return lastCalls.size();
                });
  }

  /** A call with this token. */
  public SessionAdmission called(VerifiedToken token) {
    return called(name(token));
  }

  private SessionAdmission called(String session) {
    Instant now = clock.instant();
    if (lastCalls.computeIfPresent(session, (key, last) -> idle(last, now) ? null : now) != null) {
      return new SessionAdmission.Active();
    }
    admission.lock();
    try {
      if (lastCalls.size() >= max) {
        sweep(now);
      }
      if (lastCalls.size() >= max && !lastCalls.containsKey(session)) {
        refused.inc();
        return new SessionAdmission.Full(
            idleTimeout.compareTo(LONGEST_RETRY) < 0 ? idleTimeout : LONGEST_RETRY);
      }
      lastCalls.put(session, now);
      return new SessionAdmission.Active();
    } finally {
      admission.unlock();
    }
  }

  private boolean idle(Instant lastCall, Instant now) {
    return !now.isBefore(lastCall.plus(idleTimeout));
  }

  private void sweep(Instant now) {
    Instant due = nextSweep.get();
    if (!now.isBefore(due) && nextSweep.compareAndSet(due, now.plus(SWEEP_INTERVAL))) {
      lastCalls.values().removeIf(lastCall -> idle(lastCall, now));
    }
  }

  /** The session by OpenID Connect's {@code sid}, else all of a provider's subject. */
  private static String name(VerifiedToken token) {
    String sid = token.claims().path("sid").asText("");
    return sid.isEmpty()
        ? token.provider() + "\0sub\0" + token.claims().path("sub").asText("")
        : token.provider() + "\0sid\0" + sid;
  }
}
