package io.helmgate.extauthz.profile;

import static io.helmgate.extauthz.profile.PipelineFixture.DECODED;
import static io.helmgate.extauthz.profile.PipelineFixture.assertDenied;
import static io.helmgate.extauthz.profile.PipelineFixture.deadline;
import static io.helmgate.extauthz.profile.PipelineFixture.getApp;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.decision.ThrottleReason;
import io.helmgate.extauthz.decision.UnavailableReason;
import io.helmgate.extauthz.limits.CallerLimits;
import io.helmgate.extauthz.limits.TestLimits;
import io.helmgate.extauthz.token.Requests;
import io.helmgate.extauthz.token.TestKeys;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class LimitedRequestsTest {

  private static final int MANY = 1000;

  private final PipelineFixture fixture = new PipelineFixture();

  @Test
  void anAllowedRequestTellsTheClientWhatIsLeft() {
    DecisionPipeline pipeline = limitedBy(limits(100, 3, MANY, MANY));

    Decision.Allow allow = (Decision.Allow) decide(pipeline, call("alice", "acme")).decision();

    assertThat(allow.responseHeaders())
        .containsEntry(
            "ratelimit-policy", List.of("\"organisation\";q=100;w=60, \"user\";q=3;w=60"))
        .containsEntry("ratelimit", List.of("\"organisation\";r=99;t=1, \"user\";r=2;t=20"));
  }

  @Test
  void aUserBeyondHisLimitIsThrottledAndNobodyElse() {
    DecisionPipeline pipeline = limitedBy(limits(100, 3, MANY, MANY));
    for (int i = 0; i < 3; i++) {
      assertAllowed(decide(pipeline, call("alice", "acme")));
    }

    Decision.Throttled throttled =
        (Decision.Throttled) decide(pipeline, call("alice", "acme")).decision();

    assertThat(throttled.reason()).isEqualTo(ThrottleReason.USER);
    assertThat(throttled.retryAfter()).isEqualTo(Duration.ofSeconds(20));
    assertThat(throttled.headers())
        .containsEntry("ratelimit-policy", List.of("\"user\";q=3;w=60"))
        .containsEntry("ratelimit", List.of("\"user\";r=0;t=60"));
    assertAllowed(decide(pipeline, call("bob", "acme")));
  }

  @Test
  void refusedCallsOfAUserDoNotUseUpHisOrganisation() {
    DecisionPipeline pipeline = limitedBy(limits(10, 3, MANY, MANY));
    for (int i = 0; i < 50; i++) {
      decide(pipeline, call("alice", "acme"));
    }

    for (String user : List.of("bob", "carol")) {
      for (int i = 0; i < 3; i++) {
        assertAllowed(decide(pipeline, call(user, "acme")));
      }
    }
    assertAllowed(decide(pipeline, call("dave", "acme")));
    assertThrottled(decide(pipeline, call("dave", "acme")), ThrottleReason.ORGANISATION);
    assertAllowed(decide(pipeline, call("erin", "another")));
  }

  @Test
  void everyCallOfADocumentIsCounted() {
    DecisionPipeline pipeline = limitedBy(limits(100, 5, MANY, MANY));
    String three =
        "{\"query\":\"{ a: getApp(input: {namespace: \\\"n\\\", name: \\\"a\\\"}) { name } "
            + "b: getApp(input: {namespace: \\\"n\\\", name: \\\"b\\\"}) { name } "
            + "c: getApp(input: {namespace: \\\"n\\\", name: \\\"c\\\"}) { name } }\"}";
    AuthRequest document =
        Requests.post(
            "/graphql",
            "application/json",
            three,
            Map.of("authorization", List.of("Bearer " + token("alice", "acme"))));

    assertAllowed(decide(pipeline, document));
    assertThrottled(decide(pipeline, document), ThrottleReason.USER);
    assertThat(fixture.trails().getLast().evaluations()).isEmpty();
  }

  @Test
  void aDeniedRequestIsCountedAndToldSo() {
    DecisionPipeline pipeline = limitedBy(limits(100, 3, MANY, MANY));
    AuthRequest nowhere =
        Requests.get(
            "/nowhere/at/all/x",
            Map.of("authorization", List.of("Bearer " + token("alice", "acme"))));

    Ruling denied = decide(pipeline, nowhere);

    assertDenied(denied, DenyReason.REQUEST_REFUSED, 404);
    assertThat(((Decision.Deny) denied.decision()).headers())
        .containsEntry("ratelimit", List.of("\"organisation\";r=99;t=1, \"user\";r=2;t=20"));
  }

  @Test
  void aRouteMayHaveLimitsOfItsOwnButNoneThatNobodyConfigured() {
    DecisionPipeline pipeline = limitedBy(limits(100, 60, MANY, MANY));

    assertAllowed(decide(pipeline, onRoute("uploads")));
    assertAllowed(decide(pipeline, onRoute("uploads")));
    assertThrottled(decide(pipeline, onRoute("uploads")), ThrottleReason.USER);
    assertAllowed(decide(pipeline, call("alice", "acme")));
    assertDenied(decide(pipeline, onRoute("nobody")), DenyReason.LIMITS_UNKNOWN, 403);
  }

  @Test
  void failedTokensAreLimitedByAddressAndGoodOnesGoOn() {
    DecisionPipeline pipeline = limitedBy(limits(100, 60, 2, MANY));
    AuthRequest forged =
        Requests.bearer(TestKeys.token(TestKeys.OTHER_RSA, claims("alice", "acme")));

    assertThat(decide(pipeline, forged).decision()).isInstanceOf(Decision.Deny.class);
    assertThat(decide(pipeline, forged).decision()).isInstanceOf(Decision.Deny.class);
    assertThrottled(decide(pipeline, forged), ThrottleReason.FAILED_TOKENS);
    assertAllowed(decide(pipeline, call("alice", "acme")));
  }

  @Test
  void aRequestWithoutATokenIsNoFailedToken() {
    DecisionPipeline pipeline = limitedBy(limits(100, 60, 1, MANY));
    for (int i = 0; i < 3; i++) {
      assertDenied(
          decide(pipeline, Requests.get("/apps", Map.of())), DenyReason.TOKEN_MISSING, 401);
    }
  }

  @Test
  void aNewSessionBeyondTheBoundIsRefusedAndTheOthersGoOn() {
    DecisionPipeline pipeline = limitedBy(limits(100, 60, MANY, 2));
    assertAllowed(decide(pipeline, call("alice", "acme")));
    assertAllowed(decide(pipeline, call("bob", "acme")));

    assertThat(decide(pipeline, call("carol", "acme")).decision())
        .isEqualTo(new Decision.Unavailable(UnavailableReason.SESSIONS, Duration.ofSeconds(60)));
    assertAllowed(decide(pipeline, call("alice", "acme")));
  }

  private DecisionPipeline limitedBy(CallerLimits limits) {
    Profile profile = PipelineFixture.profile(FakePolicy.allowAll(), DECODED, Optional.empty());
    return fixture.pipeline(
        new Profile(
            profile.name(),
            profile.authenticator(),
            limits,
            profile.calls(),
            profile.policy(),
            profile.query(),
            profile.style(),
            profile.assertion()));
  }

  private static CallerLimits limits(
      long perOrganisation, long perUser, long failedTokens, int sessions) {
    return TestLimits.of(
        perOrganisation, perUser, failedTokens, sessions, () -> PipelineFixture.NOW);
  }

  private static Ruling decide(DecisionPipeline pipeline, AuthRequest request) {
    return pipeline.decide(request, deadline());
  }

  private static void assertAllowed(Ruling ruling) {
    assertThat(ruling.decision()).isInstanceOf(Decision.Allow.class);
  }

  private static void assertThrottled(Ruling ruling, ThrottleReason reason) {
    assertThat(ruling.decision())
        .isInstanceOfSatisfying(
            Decision.Throttled.class, t -> assertThat(t.reason()).isEqualTo(reason));
  }

  private static AuthRequest onRoute(String limits) {
    AuthRequest call = call("alice", "acme");
    return new AuthRequest(
        call.id(),
        call.profile(),
        Optional.of(limits),
        call.line(),
        call.headers(),
        call.body(),
        call.source(),
        call.attributes());
  }

  private static AuthRequest call(String user, String organisation) {
    return getApp(claims(user, organisation), Map.of());
  }

  private static String token(String user, String organisation) {
    return TestKeys.token(claims(user, organisation));
  }

  private static String claims(String user, String organisation) {
    return "{\"iss\":\"A\",\"sub\":\"" + user + "\",\"org\":\"" + organisation + "\"}";
  }
}
