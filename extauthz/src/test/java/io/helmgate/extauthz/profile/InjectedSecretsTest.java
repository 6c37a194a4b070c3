package io.helmgate.extauthz.profile;

import static io.helmgate.extauthz.profile.PipelineFixture.assertDenied;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.decision.UnavailableReason;
import io.helmgate.extauthz.policy.PolicyEffects;
import io.helmgate.extauthz.policy.PolicyOutcome;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

final class InjectedSecretsTest {

  private final PipelineFixture fixture = new PipelineFixture();

  @Test
  void aSecretBecomesAHeaderAndIsSeenNowhereElse() {
    Ruling ruling = fixture.decide(injecting(Map.of("Authorization", "registry"), Map.of()));

    Decision.Allow allow = (Decision.Allow) ruling.decision();
    assertThat(allow.secretHeaders()).containsOnlyKeys("authorization");
    assertThat(allow.secretHeaders().values())
        .allSatisfy(value -> assertThat(value.reveal()).isEqualTo("Bearer hush"));
    assertThat(allow.requestHeadersToRemove()).doesNotContain("authorization");
    assertThat(ruling.toString()).doesNotContain("hush");
    assertThat(fixture.trails().toString()).doesNotContain("hush");
  }

  @Test
  void anUnknownSecretLetsNothingPass() {
    assertThat(fixture.decide(injecting(Map.of("x-key", "nobodys"), Map.of())).decision())
        .isInstanceOfSatisfying(
            Decision.Unavailable.class,
            unavailable -> assertThat(unavailable.reason()).isEqualTo(UnavailableReason.SECRET));
  }

  @Test
  void aHeaderThatIsAlsoSetOtherwiseIsAContradiction() {
    assertDenied(
        fixture.decide(
            injecting(Map.of("x-key", "registry"), Map.of("X-Key", List.of("of the policy")))),
        DenyReason.DECISIONS_CONFLICT,
        403);
  }

  @Test
  void ourOwnHeadersAreNotForSecrets() {
    assertDenied(
        fixture.decide(injecting(Map.of("x-helmgate-user", "registry"), Map.of())),
        DenyReason.POLICY_MALFORMED,
        403);
  }

  private static PolicyOutcome injecting(
      Map<String, String> secrets, Map<String, List<String>> headers) {
    return new PolicyOutcome.Allowed(
        new PolicyEffects(
            headers,
            Map.of(),
            List.of(),
            Map.of(),
            List.of(),
            Optional.empty(),
            Optional.empty(),
            secrets,
            Map.of()));
  }
}
