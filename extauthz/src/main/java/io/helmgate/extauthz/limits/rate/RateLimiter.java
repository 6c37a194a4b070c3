package io.helmgate.extauthz.limits.rate;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.dropwizard.metrics5.Counter;
import io.dropwizard.metrics5.Gauge;
import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.token.Authentication;
import io.helmgate.extauthz.token.ClaimPath;
import io.helmgate.extauthz.token.VerifiedToken;
import io.helmgate.kit.admin.Readiness;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/** Counts calls, each request's by who makes them. */
public final class RateLimiter implements AutoCloseable {

  private final Settings settings;
  private final Buckets buckets;
  private final Map<Quota, Counter> passed = new EnumMap<>(Quota.class);
  private final Map<Quota, Counter> refused = new EnumMap<>(Quota.class);

  /**
   * How calls are counted.
   *
   * @param enabled whether they are
   * @param failedTokensPerMinute how many tokens of one address may fail
   * @param organisationClaim claim with the organisation's name; dots lead into nested claims
   * @param userClaim claim with the user's name; dots lead into nested claims
   * @param replicas how many replicas share a limit while they cannot count together
   * @param maxBuckets how many buckets are kept in memory
   * @param redis where replicas count together
   */
  public record Settings(
      boolean enabled,
      long failedTokensPerMinute,
      String organisationClaim,
      String userClaim,
      int replicas,
      int maxBuckets,
      Optional<RedisSettings> redis) {}

  private RateLimiter(Settings settings, Buckets buckets, MetricRegistry metrics) {
    this.settings = settings;
    this.buckets = buckets;
    MetricName calls = MetricName.build("extauthz_rate_limit_checks");
    for (Quota quota : Quota.values()) {
      String label = quota.name().toLowerCase(Locale.ROOT);
      passed.put(quota, metrics.counter(calls.tagged("quota", label, "outcome", "passed")));
      refused.put(quota, metrics.counter(calls.tagged("quota", label, "outcome", "refused")));
    }
  }

  /** Starts counting; a Redis that is down is tried again in the background. */
  public static RateLimiter start(
      Settings settings, InstantSource clock, Readiness readiness, MetricRegistry metrics) {
    LocalBuckets own =
        new LocalBuckets(settings.replicas(), settings.maxBuckets(), new WallClock(clock));
    metrics.gauge(MetricName.build("extauthz_rate_limit_buckets"), () -> (Gauge<Long>) own::size);
    Buckets buckets =
        settings.enabled() && settings.redis().isPresent()
            ? shared(settings.redis().get(), settings, own, clock, readiness, metrics)
            : own;
    return new RateLimiter(settings, buckets, metrics);
  }

  private static Buckets shared(
      RedisSettings redis,
      Settings settings,
      LocalBuckets own,
      InstantSource clock,
      Readiness readiness,
      MetricRegistry metrics) {
    Readiness.Condition condition = readiness.informative("rate limits");
    AtomicBoolean sharing = new AtomicBoolean();
    metrics.gauge(
        MetricName.build("extauthz_rate_limit_shared"),
        () -> (Gauge<Integer>) () -> sharing.get() ? 1 : 0);
    RedisLink link =
        RedisLink.start(
            redis,
            settings.maxBuckets(),
            new WallClock(clock),
            answers -> {
              sharing.set(answers);
              condition.set(
                  answers, answers ? "" : "Redis does not answer, each replica counts alone");
            });
    return new SharedBuckets(
        link,
        own,
        metrics.timer(MetricName.build("extauthz_redis_seconds")),
        metrics.counter(MetricName.build("extauthz_redis_failures")));
  }

  /** The buckets of a request, by who is known to have made it. */
  public Charge charge(Authentication caller, String peer, RateRules rules) {
    if (!settings.enabled()) {
      return new Charge(this, List.of());
    }
    return new Charge(
        this,
        caller instanceof Authentication.Authenticated(VerifiedToken token)
            ? named(token, peer, rules)
            : List.of(anonymous(peer, rules)));
  }

  private List<BucketKey> named(VerifiedToken token, String peer, RateRules rules) {
    List<BucketKey> keys = new ArrayList<>();
    keys.add(
        text(token.claims(), settings.userClaim())
            .map(user -> key(Quota.USER, rules.perUser(), token, user))
            .orElseGet(() -> anonymous(peer, rules)));
    text(token.claims(), settings.organisationClaim())
        .map(name -> key(Quota.ORGANISATION, rules.perOrganisation(), token, name))
        .ifPresent(keys::add);
    return keys;
  }

  private static BucketKey key(
      Quota quota, RateRules.Limit limit, VerifiedToken token, String name) {
    // Two providers may give the same name to two users.
    return new BucketKey(quota, limit.scope(), limit.perMinute(), token.provider() + '\0' + name);
  }

  private static BucketKey anonymous(String peer, RateRules rules) {
    RateRules.Limit limit = rules.perUser();
    return new BucketKey(Quota.ADDRESS, limit.scope(), limit.perMinute(), ClientAddress.of(peer));
  }

  private static Optional<String> text(ObjectNode claims, String path) {
    JsonNode claim = ClaimPath.find(claims, path);
    return claim == null || !claim.isValueNode() || claim.asText().isEmpty()
        ? Optional.empty()
        : Optional.of(claim.asText());
  }

  /** The bucket of tokens from this address that were not accepted. */
  public Charge failedToken(String peer) {
    return new Charge(
        this,
        settings.enabled()
            ? List.of(
                new BucketKey(
                    Quota.FAILED_TOKENS,
                    "",
                    settings.failedTokensPerMinute(),
                    ClientAddress.of(peer)))
            : List.of());
  }

  Draw take(BucketKey key, int calls) {
    Draw draw = buckets.take(key, calls);
    Counter counter = (draw instanceof Draw.Granted ? passed : refused).get(key.quota());
    if (counter != null) {
      counter.inc(calls);
    }
    return draw;
  }

  @Override
  public void close() {
    buckets.close();
  }
}
