package io.helmgate.extauthz.config;

import io.helmgate.kit.config.Secret;
import java.time.Duration;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What callers may use up; the schema describes each key. */
public record LimitsConfig(
    Rate rate,
    Concurrency concurrency,
    int maxConcurrentSessions,
    Duration sessionIdleTimeout,
    int maxVaultEntries) {

  /** The same without limits on rates, and without Redis. */
  public LimitsConfig withoutRates() {
    return new LimitsConfig(
        rate.disabled(), concurrency, maxConcurrentSessions, sessionIdleTimeout, maxVaultEntries);
  }

  /** Calls per minute. */
  public record Rate(
      boolean enabled,
      int organisationPerMinute,
      int userPerMinute,
      int failedTokensPerMinute,
      String organisationClaim,
      String userClaim,
      int podEstimate,
      int maxBuckets,
      Redis redis,
      Map<String, Own> routes) {

    private Rate disabled() {
      return new Rate(
          false,
          organisationPerMinute,
          userPerMinute,
          failedTokensPerMinute,
          organisationClaim,
          userClaim,
          podEstimate,
          maxBuckets,
          redis.without(),
          routes);
    }
  }

  /** How many requests may wait for a processor. */
  public record Concurrency(
      boolean enabled, int minWaiting, int maxWaiting, Duration targetDelay) {}

  /** Where replicas count together; without an address nowhere. */
  public record Redis(
      String address,
      boolean tls,
      String caFile,
      String username,
      Secret password,
      int database,
      Duration timeout,
      Duration retryInterval) {

    private Redis without() {
      return new Redis("", tls, caFile, username, password, database, timeout, retryInterval);
    }
  }

  /** Limits of a profile or route; what is absent is shared with the others. */
  public record Own(@Nullable Integer organisationPerMinute, @Nullable Integer userPerMinute) {}
}
