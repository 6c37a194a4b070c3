package io.helmgate.extauthz.profile;

import static io.helmgate.extauthz.profile.PipelineFixture.DECODED;
import static io.helmgate.extauthz.profile.PipelineFixture.GET_APP;
import static io.helmgate.extauthz.profile.PipelineFixture.NOW;
import static io.helmgate.extauthz.profile.PipelineFixture.assertDenied;
import static io.helmgate.extauthz.profile.PipelineFixture.bearer;
import static io.helmgate.extauthz.profile.PipelineFixture.deadline;
import static io.helmgate.extauthz.profile.PipelineFixture.getApp;
import static io.helmgate.extauthz.profile.PipelineFixture.profile;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.extauthz.call.NamedCalls;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.ReplyForm;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.decision.UnavailableReason;
import io.helmgate.extauthz.token.Requests;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DecisionPipelineTest {

  private final PipelineFixture fixture = new PipelineFixture();

  @Test
  void anAllowedRequestPassesWithoutItsTokenAndWithAnAssertion() {
    FakePolicy policy = FakePolicy.allowAll();

    Ruling ruling = fixture.decide(policy, DECODED, getApp(Map.of()));

    assertThat(ruling.decision())
        .isInstanceOfSatisfying(
            Decision.Allow.class,
            allow -> {
              assertThat(allow.requestHeaders())
                  .containsOnly(
                      entry("x-helmgate-assertion", List.of("signed")),
                      entry("x-helmgate-decision-id", List.of("decision-1")));
              assertThat(allow.requestHeadersToRemove()).containsExactly("authorization");
            });
    assertThat(fixture.minted())
        .singleElement()
        .asString()
        .startsWith("p:alice [p:dev] decision-1 ");
    assertThat(ruling.metadata())
        .containsOnly(
            entry("decision_id", "decision-1"),
            entry("profile", "default"),
            entry("policy_revision", "revision-1"),
            entry("subject", "p:alice"));
  }

  @Test
  void thePolicySeesTheDecodedCall() {
    FakePolicy policy = FakePolicy.allowAll();

    fixture.decide(policy, DECODED, getApp(Map.of()));

    JsonNode input = policy.asked().getFirst();
    assertThat(input.at("/method").asText()).isEqualTo(GET_APP);
    assertThat(input.at("/request").toString())
        .isEqualTo("{\"namespace\":\"team-a\",\"name\":\"web\"}");
    assertThat(input.at("/claims/sub").asText()).isEqualTo("alice");
    assertThat(input.at("/profile").asText()).isEqualTo("default");
  }

  @Test
  void theSameCallIsTheSameInputByRest() {
    FakePolicy policy = FakePolicy.allowAll();

    fixture.decide(policy, DECODED, Requests.get("/apps/team-a/web", bearer()));
    fixture.decide(policy, DECODED, getApp(Map.of()));

    assertThat(policy.asked().get(0).path("call")).isEqualTo(policy.asked().get(1).path("call"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x-helmgate-assertion", "x-helmgate-decision-id", "x-helmgate-anything-else"})
  void inboundHeadersOfOurNamesNeverReachTheUpstream(String name) {
    AuthRequest request = getApp(Map.of(name, List.of("forged")));

    Ruling ruling = fixture.decide(FakePolicy.allowAll(), DECODED, request);

    assertThat(ruling.decision())
        .isInstanceOfSatisfying(
            Decision.Allow.class,
            allow -> {
              boolean replaced = allow.requestHeaders().containsKey(name);
              boolean removed = allow.requestHeadersToRemove().contains(name);
              assertThat(replaced ^ removed).isTrue();
              assertThat(allow.requestHeaders().values()).doesNotContain(List.of("forged"));
            });
  }

  @Test
  void aProfileWithoutAssertionRemovesAnInboundOneEvenUnseen() {
    Profile profile = profile(FakePolicy.allowAll(), new NamedCalls(), Optional.empty());

    Decision decision =
        fixture.pipeline(profile).decide(Requests.get("/x", bearer()), deadline()).decision();

    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Allow.class,
            allow ->
                assertThat(allow.requestHeadersToRemove())
                    .containsExactlyInAnyOrder("x-helmgate-assertion", "authorization"));
  }

  @Test
  void anUnknownProfileIsDeniedAndNeverTheDefaultOne() {
    AuthRequest plain = getApp(Map.of());
    AuthRequest request =
        new AuthRequest(
            plain.id(),
            Optional.of("nobody"),
            plain.line(),
            plain.headers(),
            plain.body(),
            plain.source(),
            plain.attributes());

    assertDenied(
        fixture.decide(FakePolicy.allowAll(), DECODED, request), DenyReason.PROFILE_UNKNOWN, 403);
    assertThat(fixture.trails()).singleElement().extracting(Trail::profile).isEqualTo("");
  }

  @Test
  void aMissingTokenIsDeniedWithEnvoysTextAndChallenge() {
    Ruling ruling =
        fixture.decide(FakePolicy.allowAll(), DECODED, Requests.get("/charts", Map.of()));

    assertThat(ruling.decision())
        .isEqualTo(
            new Decision.Deny(
                DenyReason.TOKEN_MISSING,
                401,
                Map.of(
                    "www-authenticate", List.of("Bearer realm=\"https://api.example.com/charts\"")),
                "Jwt is missing"));
  }

  @Test
  void aReservedGroupIsDeniedAndGainsNothing() {
    FakePolicy policy = FakePolicy.allowAll();
    AuthRequest request =
        getApp(
            "{\"iss\":\"A\",\"sub\":\"alice\",\"groups\":[\"dev\",\"system:masters\"]}", Map.of());

    assertDenied(fixture.decide(policy, DECODED, request), DenyReason.IDENTITY_REFUSED, 403);
    assertThat(policy.asked()).isEmpty();
    assertThat(fixture.trails())
        .singleElement()
        .extracting(Trail::detail)
        .asString()
        .contains("system:masters");
  }

  @Test
  void aTokenWithoutUserIsDeniedWhereTheUpstreamMustKnowHim() {
    AuthRequest request = getApp("{\"iss\":\"A\"}", Map.of());

    assertDenied(
        fixture.decide(FakePolicy.allowAll(), DECODED, request), DenyReason.IDENTITY_REFUSED, 403);
  }

  @Test
  void aNameThatCannotBeAssertedIsDenied() {
    FakePolicy policy = FakePolicy.allowAll();
    AuthRequest request = getApp("{\"iss\":\"A\",\"sub\":\"alice!\"}", Map.of());

    assertDenied(fixture.decide(policy, DECODED, request), DenyReason.IDENTITY_REFUSED, 403);
    assertThat(policy.asked()).isEmpty();
  }

  @Test
  void whatCannotBeExecutedIsRefusedBeforeThePolicy() {
    FakePolicy policy = FakePolicy.allowAll();

    Ruling unknown = fixture.decide(policy, DECODED, Requests.get("/nowhere/at/all/x", bearer()));
    assertDenied(unknown, DenyReason.REQUEST_REFUSED, 404);

    Ruling broken =
        fixture.decide(policy, DECODED, Requests.grpc(GET_APP, new byte[] {1, 2}, bearer()));
    assertDenied(broken, DenyReason.REQUEST_REFUSED, 400);
    assertThat(((Decision.Deny) broken.decision()).headers())
        .containsEntry("grpc-status", List.of("3"))
        .containsOnlyKeys("grpc-status", "ratelimit", "ratelimit-policy");
    assertThat(policy.asked()).isEmpty();
  }

  @Test
  void aBodyThatDidNotArriveWholeIsRefused() {
    AuthRequest whole = getApp(Map.of());
    AuthRequest cut = Requests.cut(whole);

    assertDenied(
        fixture.decide(FakePolicy.allowAll(), DECODED, cut), DenyReason.BODY_TRUNCATED, 413);
  }

  @Test
  void aProfileThatDecodesNoBodySeesTheNameOfAGrpcCall() {
    FakePolicy policy = FakePolicy.allowAll();
    String path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    fixture.decide(policy, new NamedCalls(), Requests.grpc(path, new byte[] {9, 9}, bearer()));

    assertThat(policy.asked().getFirst().path("call").toString())
        .isEqualTo(
            "{\"service\":\"grpc.reflection.v1.ServerReflection\",\"method\":\""
                + path
                + "\",\"request\":{},\"index\":0,\"count\":1}");
    assertThat(fixture.minted()).singleElement().asString().endsWith("no digest");
  }

  @Test
  void aDecisionThatComesTooLateIsNone() {
    Profile profile = profile(FakePolicy.allowAll(), DECODED, Optional.empty());

    assertThat(fixture.pipeline(profile).decide(getApp(Map.of()), NOW).decision())
        .isEqualTo(new Decision.Unavailable(UnavailableReason.DEADLINE, Duration.ofSeconds(1)));
  }

  @Test
  void theTrailTellsWhatHappened() {
    fixture.decide(FakePolicy.allowAll(), DECODED, getApp(Map.of()));

    Trail trail = fixture.trails().getFirst();
    assertThat(trail.subject()).contains("p:alice");
    assertThat(trail.evaluations()).singleElement().matches(Trail.Evaluation::allowed);
    assertThat(trail.times()).containsOnlyKeys(Trail.Stage.values());
  }

  @Test
  void anOverloadedServiceRefusesInTheFormOfTheProfileAndAsksNobody() {
    FakePolicy policy =
        new FakePolicy(
            input -> {
              throw new IllegalStateException("asked");
            });
    DecisionPipeline pipeline = fixture.pipeline(profile(policy, DECODED, Optional.empty()));

    Ruling ruling = pipeline.refuse(getApp(Map.of("authorization", List.of("Bearer bad"))));

    assertThat(ruling.decision())
        .isEqualTo(new Decision.Unavailable(UnavailableReason.OVERLOAD, Duration.ofSeconds(1)));
    assertThat(ruling.form()).isEqualTo(ReplyForm.TEXT);
    assertThat(fixture.trails())
        .singleElement()
        .satisfies(
            trail -> {
              assertThat(trail.profile()).isEqualTo("default");
              assertThat(trail.decision()).isEqualTo(DecisionPipeline.OVERLOADED);
              assertThat(trail.times()).isEmpty();
            });
  }
}
