package io.helmgate.extauthz.profile;

import static io.helmgate.extauthz.profile.PipelineFixture.DECODED;
import static io.helmgate.extauthz.profile.PipelineFixture.assertDenied;
import static io.helmgate.extauthz.profile.PipelineFixture.getApp;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.decision.UnavailableReason;
import io.helmgate.extauthz.policy.PolicyEffects;
import io.helmgate.extauthz.policy.PolicyOutcome;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class PolicyAnswersTest {

  private final PipelineFixture fixture = new PipelineFixture();

  @Test
  void aDenialCarriesThePolicysReply() {
    FakePolicy policy =
        new FakePolicy(
            input ->
                new PolicyOutcome.Denied(
                    new PolicyEffects(
                        Map.of("X-Why", List.of("rule 1")),
                        Map.of(),
                        List.of(),
                        Map.of(),
                        List.of(),
                        Optional.of(404),
                        Optional.of("nothing here"),
                        Map.of("rule", 1))));

    Ruling ruling = fixture.decide(policy, DECODED, getApp(Map.of()));

    Decision.Deny denied = (Decision.Deny) ruling.decision();
    assertThat(denied.reason()).isEqualTo(DenyReason.POLICY_DENIED);
    assertThat(denied.httpStatus()).isEqualTo(404);
    assertThat(denied.body()).isEqualTo("nothing here");
    assertThat(denied.headers())
        .containsEntry("X-Why", List.of("rule 1"))
        .containsOnlyKeys("X-Why", "ratelimit", "ratelimit-policy");
    assertThat(ruling.metadata()).contains(entry("rule", 1), entry("decision_id", "decision-1"));
  }

  @Test
  void everythingButAnAllowIsNoAllow() {
    assertDenied(
        fixture.decide(new PolicyOutcome.Denied(PolicyEffects.none())),
        DenyReason.POLICY_DENIED,
        403);
    assertDenied(fixture.decide(new PolicyOutcome.Undefined()), DenyReason.POLICY_UNDEFINED, 403);
    assertDenied(
        fixture.decide(new PolicyOutcome.Malformed("no boolean")),
        DenyReason.POLICY_MALFORMED,
        403);
    assertThat(fixture.decide(new PolicyOutcome.Failed("trap")).decision())
        .isEqualTo(new Decision.Unavailable(UnavailableReason.POLICY, Duration.ofSeconds(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x-helmgate-assertion", "X-Helmgate-Anything", ":path", "host", "a b", ""})
  void aPolicyMaySetNoHeaderThatIsOursOrIllegal(String name) {
    PolicyEffects effects = FakePolicy.headers(Map.of(name, List.of("x")));

    assertDenied(
        fixture.decide(new PolicyOutcome.Allowed(effects)), DenyReason.POLICY_MALFORMED, 403);
  }

  @Test
  void aPolicyGetsWhatItLooksAtAndTheRecordTheWholeInput() throws IOException {
    FakePolicy policy =
        new FakePolicy(
            input -> new PolicyOutcome.Allowed(PolicyEffects.none()),
            Selection.of(List.of(List.of("claims", "sub")), List.of()));

    fixture.decide(policy, DECODED, getApp(Map.of()));

    assertThat(policy.asked().getFirst()).hasToString("{\"claims\":{\"sub\":\"alice\"}}");
    JsonNode recorded =
        new ObjectMapper().readTree(fixture.trails().getFirst().evaluations().getFirst().input());
    assertThat(recorded.at("/claims/groups/0").asText()).isEqualTo("dev");
    assertThat(recorded.at("/call/request/namespace").asText()).isEqualTo("team-a");
  }

  @Test
  void aPolicyMaySetNoValueThatSplitsHeaders() {
    PolicyEffects effects = FakePolicy.headers(Map.of("x-a", List.of("1\r\nx-b: 2")));

    assertDenied(
        fixture.decide(new PolicyOutcome.Allowed(effects)), DenyReason.POLICY_MALFORMED, 403);
  }

  @Test
  void aHeaderThatThePolicySetsIsNotRemovedAgain() {
    PolicyEffects effects =
        FakePolicy.headers(Map.of("Authorization", List.of("Bearer upstreams-own")));

    Decision decision = fixture.decide(new PolicyOutcome.Allowed(effects)).decision();

    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Allow.class,
            allow -> {
              assertThat(allow.requestHeaders())
                  .contains(entry("authorization", List.of("Bearer upstreams-own")));
              assertThat(allow.requestHeadersToRemove()).isEmpty();
            });
  }
}
