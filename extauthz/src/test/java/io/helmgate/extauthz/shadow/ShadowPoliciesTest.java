package io.helmgate.extauthz.shadow;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.UnavailableReason;
import io.helmgate.extauthz.input.WrittenDocument;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.PolicyEffects;
import io.helmgate.extauthz.policy.PolicyOutcome;
import io.helmgate.extauthz.profile.Trail;
import io.helmgate.extauthz.token.Requests;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(60)
final class ShadowPoliciesTest {

  private static final Decision ALLOW =
      new Decision.Allow(Map.of(), List.of(), Map.of(), Map.of(), List.of());
  private static final Decision DENY =
      new Decision.Deny(DenyReason.POLICY_DENIED, 403, Map.of(), "no");
  private static final Decision UNAVAILABLE =
      new Decision.Unavailable(UnavailableReason.POLICY, Duration.ofSeconds(1));

  private final MetricRegistry metrics = new MetricRegistry();

  /** Answers what the input says, once it may. */
  private record Told(CountDownLatch may) implements Policy {

    @Override
    public PolicyOutcome decide(byte[] input) {
      try {
        may.await();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return new PolicyOutcome.Failed("interrupted");
      }
      return switch (new String(input, StandardCharsets.UTF_8)) {
        case "allow" -> new PolicyOutcome.Allowed(PolicyEffects.none());
        case "deny" -> new PolicyOutcome.Denied(PolicyEffects.none());
        case "undefined" -> new PolicyOutcome.Undefined();
        case "throw" -> throw new IllegalStateException("a fault");
        default -> new PolicyOutcome.Failed("trap");
      };
    }

    @Override
    public String revision() {
      return "next";
    }
  }

  private static Trail trail(String profile, Decision decision, String shadowSays) {
    boolean allowed = decision instanceof Decision.Allow;
    return new Trail(
        "decision-1",
        Requests.get("/", Map.of()),
        Instant.EPOCH,
        profile,
        "data.x.allow",
        "now",
        "",
        Optional.empty(),
        List.of(new Trail.Evaluation(new WrittenDocument(shadowSays), allowed)),
        decision,
        "",
        Map.of(),
        Duration.ZERO);
  }

  private long count(String verdict) {
    return metrics
        .counter(
            MetricName.build("extauthz_shadow_verdicts")
                .tagged("profile", "default", "verdict", verdict))
        .getCount();
  }

  private long dropped() {
    return metrics
        .counter(MetricName.build("extauthz_shadow_dropped").tagged("profile", "default"))
        .getCount();
  }

  @Test
  void differingVerdictsAreCounted() {
    try (ShadowPolicies shadows =
        new ShadowPolicies(Map.of("default", new Told(new CountDownLatch(0))), metrics)) {
      shadows.decided(trail("default", ALLOW, "allow"));
      shadows.decided(trail("default", DENY, "deny"));
      shadows.decided(trail("default", ALLOW, "deny"));
      shadows.decided(trail("default", ALLOW, "undefined"));
      shadows.decided(trail("default", DENY, "allow"));
      shadows.decided(trail("default", DENY, "throw"));
      shadows.decided(trail("default", ALLOW, "trap"));
      shadows.decided(trail("other", ALLOW, "deny"));
      shadows.decided(trail("default", UNAVAILABLE, "allow"));
      await().until(() -> count("failed") == 1);
      assertThat(count("same")).isEqualTo(2);
      assertThat(count("would_deny")).isEqualTo(2);
      assertThat(count("would_allow")).isEqualTo(1);
      assertThat(dropped()).isZero();
    }
  }

  @Test
  void aStuckShadowHoldsNothingUpAndWhatDoesNotFitIsCounted() {
    CountDownLatch may = new CountDownLatch(1);
    try (ShadowPolicies shadows = new ShadowPolicies(Map.of("default", new Told(may)), metrics)) {
      for (int i = 0; i < 1500; i++) {
        shadows.decided(trail("default", ALLOW, "deny"));
      }
      assertThat(dropped()).isBetween(499L, 500L);
      may.countDown();
      await().until(() -> count("would_deny") == 1500 - dropped());
    }
  }
}
