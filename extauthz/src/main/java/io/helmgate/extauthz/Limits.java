package io.helmgate.extauthz;

import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.config.LimitsConfig;
import io.helmgate.extauthz.limits.CallerLimits;
import io.helmgate.extauthz.limits.rate.RateLimiter;
import io.helmgate.extauthz.limits.rate.RateRules;
import io.helmgate.extauthz.limits.rate.RedisSettings;
import io.helmgate.extauthz.limits.session.ActiveSessions;
import io.helmgate.kit.admin.Readiness;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** What callers may use up, counted over all profiles. */
final class Limits implements AutoCloseable {

  private final LimitsConfig config;
  private final RateLimiter limiter;
  private final ActiveSessions sessions;
  private final Map<String, RateRules> ofRoutes;

  Limits(
      LimitsConfig config, Environment environment, Readiness readiness, MetricRegistry metrics) {
    this.config = config;
    this.limiter =
        RateLimiter.start(settings(config.rate()), environment.clock(), readiness, metrics);
    this.sessions =
        new ActiveSessions(
            config.maxConcurrentSessions(),
            config.sessionIdleTimeout(),
            environment.clock(),
            metrics);
    this.ofRoutes =
        config.rate().routes().entrySet().stream()
            .collect(
                Collectors.toUnmodifiableMap(
                    Map.Entry::getKey,
                    route -> rules("route " + route.getKey(), route.getValue())));
  }

  private static RateLimiter.Settings settings(LimitsConfig.Rate rate) {
    return new RateLimiter.Settings(
        rate.enabled(),
        rate.failedTokensPerMinute(),
        rate.organisationClaim(),
        rate.userClaim(),
        rate.podEstimate(),
        rate.maxBuckets(),
        redis(rate.redis()));
  }

  private static Optional<RedisSettings> redis(LimitsConfig.Redis redis) {
    if (redis.address().isEmpty()) {
      return Optional.empty();
    }
    HostPort address = HostPort.of(redis.address());
    return Optional.of(
        new RedisSettings(
            address.host(),
            address.port(),
            redis.database(),
            redis.tls(),
            redis.caFile().isEmpty() ? Optional.empty() : Optional.of(Path.of(redis.caFile())),
            redis.username(),
            redis.password(),
            redis.timeout(),
            redis.retryInterval()));
  }

  /** The limits of a profile. */
  CallerLimits of(String profile, LimitsConfig.Own own) {
    return new CallerLimits(limiter, sessions, rules("profile " + profile, own), ofRoutes);
  }

  private RateRules rules(String owner, LimitsConfig.Own own) {
    LimitsConfig.Rate rate = config.rate();
    return new RateRules(
        limit(owner, own.organisationPerMinute(), rate.organisationPerMinute()),
        limit(owner, own.userPerMinute(), rate.userPerMinute()));
  }

  private static RateRules.Limit limit(String owner, @Nullable Integer own, int shared) {
    return own == null ? new RateRules.Limit("", shared) : new RateRules.Limit(owner, own);
  }

  @Override
  public void close() {
    limiter.close();
  }
}
