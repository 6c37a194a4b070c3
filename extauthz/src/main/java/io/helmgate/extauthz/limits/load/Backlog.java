package io.helmgate.extauthz.limits.load;

import com.netflix.concurrency.limits.Limiter;
import com.netflix.concurrency.limits.limit.AIMDLimit;
import com.netflix.concurrency.limits.limit.WindowedLimit;
import com.netflix.concurrency.limits.limiter.SimpleLimiter;
import io.dropwizard.metrics5.Counter;
import io.dropwizard.metrics5.Gauge;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.LongSupplier;

/**
 * Requests that have come and wait for a processor. While they wait too long, fewer may wait: the
 * limit falls by a fifth every tenth of a second, and grows by one in that time once they do not
 * and half of it is used. What a request waits for later, such as keys, is not counted: that is
 * bounded where it happens and leaves the processors to others.
 */
public final class Backlog {

  private static final int WINDOW_MILLIS = 100;
  private static final int LEAST_SAMPLES = 10;
  private static final double BACK_OFF = 0.8;

  private final SimpleLimiter<String> limiter;
  private final Counter refused;

  /**
   * Bounds of the limit.
   *
   * @param min least limit, however long requests wait
   * @param max greatest limit, and the one at first
   * @param targetDelay how long requests may wait on average
   */
  public record Settings(int min, int max, Duration targetDelay) {

    /** Never refuses. */
    public static Settings unlimited() {
      return new Settings(Integer.MAX_VALUE, Integer.MAX_VALUE, Duration.ofDays(1));
    }
  }

  /** A request that waits. */
  public static final class Waiting {

    private final AtomicReference<Optional<Limiter.Listener>> place;

    private Waiting(Limiter.Listener place) {
      this.place = new AtomicReference<>(Optional.of(place));
    }

    /** Work on it begins; only the first time counts. */
    public void started() {
      place.getAndSet(Optional.empty()).ifPresent(Limiter.Listener::onSuccess);
    }
  }

  /**
   * Makes an empty one.
   *
   * @param nanoTime as {@link System#nanoTime}
   */
  public Backlog(Settings settings, LongSupplier nanoTime, MetricRegistry metrics) {
    AIMDLimit delay =
        AIMDLimit.newBuilder()
            .minLimit(settings.min())
            .maxLimit(settings.max())
            .initialLimit(settings.max())
            .backoffRatio(BACK_OFF)
            .timeout(settings.targetDelay().toNanos(), TimeUnit.NANOSECONDS)
            .build();
    limiter =
        SimpleLimiter.newBuilder()
            .named("backlog")
            .nanoClock(nanoTime)
            .limit(
                WindowedLimit.newBuilder()
                    .minWindowTime(WINDOW_MILLIS, TimeUnit.MILLISECONDS)
                    .maxWindowTime(WINDOW_MILLIS, TimeUnit.MILLISECONDS)
                    .windowSize(LEAST_SAMPLES)
                    .minRttThreshold(0, TimeUnit.NANOSECONDS)
                    .build(delay))
            .build();
    refused = metrics.counter(MetricName.build("extauthz_backlog_refused"));
    gauge(metrics, "extauthz_backlog_limit", limiter::getLimit);
    gauge(metrics, "extauthz_backlog_waiting", limiter::getInflight);
  }

  private static void gauge(MetricRegistry metrics, String name, Gauge<Integer> value) {
    metrics.gauge(MetricName.build(name), () -> value);
  }

  /** A request has come; empty when too many wait already. */
  public Optional<Waiting> admit() {
    Optional<Waiting> waiting = limiter.acquire("").map(Waiting::new);
    if (waiting.isEmpty()) {
      refused.inc();
    }
    return waiting;
  }

  /** How many may wait now. */
  int limit() {
    return limiter.getLimit();
  }
}
