package io.helmgate.extauthz;

import io.dropwizard.metrics5.Gauge;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.keys.KeySetObserver;
import io.helmgate.extauthz.keys.KeySetStatus;
import io.helmgate.extauthz.token.TokenCache;
import io.helmgate.kit.admin.Readiness;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Shows how the key sets are. A provider without keys does not make the service unready: only its
 * own requests suffer.
 */
final class KeyHealth implements KeySetObserver {

  private static final MetricName FETCHES = MetricName.build("extauthz_jwks_fetch_seconds");
  private static final MetricName KEYS = MetricName.build("extauthz_jwks_keys");
  private static final MetricName AGE = MetricName.build("extauthz_jwks_age_seconds");

  private static final MetricName CACHED = MetricName.build("extauthz_token_cache_lookups");
  private static final MetricName CACHE_ENTRIES = MetricName.build("extauthz_token_cache_entries");

  private final MetricRegistry metrics;
  private final Readiness readiness;
  private final InstantSource clock;
  private final Map<String, KeySetStatus> byUrl = new ConcurrentHashMap<>();
  private final Map<String, Readiness.Condition> conditions = new ConcurrentHashMap<>();

  KeyHealth(MetricRegistry metrics, Readiness readiness, InstantSource clock) {
    this.metrics = metrics;
    this.readiness = readiness;
    this.clock = clock;
  }

  @Override
  public void fetched(KeySetStatus status, Duration took) {
    String url = status.url().toString();
    String outcome = status.problem().isEmpty() ? "ok" : "failed";
    metrics.timer(FETCHES.tagged("url", url, "outcome", outcome)).update(took);
    if (byUrl.put(url, status) == null) {
      metrics.gauge(
          KEYS.tagged("url", url), () -> (Gauge<Integer>) () -> usableKeys(byUrl.get(url)));
      metrics.gauge(AGE.tagged("url", url), () -> (Gauge<Double>) () -> age(byUrl.get(url)));
    }
    String words =
        status
            .problem()
            .map(problem -> (status.usable() ? "old keys are in use: " : "no keys: ") + problem)
            .orElse(status.kids().size() + " keys");
    conditions
        .computeIfAbsent(url, key -> readiness.informative("keys " + key))
        .set(status.problem().isEmpty(), words);
  }

  /** Shows how the cache of verified tokens is used. */
  void watch(TokenCache cache) {
    metrics.gauge(CACHED.tagged("result", "hit"), () -> (Gauge<Long>) cache::hits);
    metrics.gauge(CACHED.tagged("result", "miss"), () -> (Gauge<Long>) cache::misses);
    metrics.gauge(CACHE_ENTRIES, () -> (Gauge<Long>) cache::size);
  }

  private static int usableKeys(@Nullable KeySetStatus status) {
    return status == null || !status.usable() ? 0 : status.kids().size();
  }

  private double age(@Nullable KeySetStatus status) {
    return status == null || status.fetchedAt().isEmpty()
        ? Double.NaN
        : Duration.between(status.fetchedAt().get(), clock.instant()).toMillis() / 1000.0;
  }
}
