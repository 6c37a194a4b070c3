package io.helmgate.extauthz.limits;

import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.limits.rate.RateLimiter;
import io.helmgate.extauthz.limits.rate.RateRules;
import io.helmgate.extauthz.limits.session.ActiveSessions;
import io.helmgate.kit.admin.Readiness;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;
import java.util.Optional;

/** Limits for tests, counted in this process. */
public final class TestLimits {

  private static final int MANY = 1_000_000;

  private TestLimits() {}

  /** Limits that no test reaches. */
  public static CallerLimits high(InstantSource clock) {
    return of(MANY, MANY, MANY, MANY, clock);
  }

  public static CallerLimits of(
      long perOrganisation, long perUser, long failedTokens, int sessions, InstantSource clock) {
    MetricRegistry metrics = new MetricRegistry();
    RateLimiter limiter =
        RateLimiter.start(
            new RateLimiter.Settings(true, failedTokens, "org", "sub", 1, 1000, Optional.empty()),
            clock,
            new Readiness(),
            metrics);
    RateRules.Limit organisation = new RateRules.Limit("", perOrganisation);
    return new CallerLimits(
        limiter,
        new ActiveSessions(sessions, Duration.ofMinutes(15), clock, metrics),
        new RateRules(organisation, new RateRules.Limit("", perUser)),
        Map.of("uploads", new RateRules(organisation, new RateRules.Limit("route uploads", 2))));
  }
}
