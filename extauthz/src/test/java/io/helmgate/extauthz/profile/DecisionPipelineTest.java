package io.helmgate.extauthz.profile;

import static io.helmgate.extauthz.token.TestKeys.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.entry;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.extauthz.call.CallReader;
import io.helmgate.extauthz.call.DecodedCalls;
import io.helmgate.extauthz.call.NamedCalls;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.decision.UnavailableReason;
import io.helmgate.extauthz.keys.InvalidKeySetException;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.extauthz.policy.PolicyEffects;
import io.helmgate.extauthz.policy.PolicyOutcome;
import io.helmgate.extauthz.token.Authenticator;
import io.helmgate.extauthz.token.IdentityRules;
import io.helmgate.extauthz.token.Provider;
import io.helmgate.extauthz.token.Requests;
import io.helmgate.extauthz.token.TestKeys;
import io.helmgate.extauthz.token.TokenSource;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.proto.AppRef;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class DecisionPipelineTest {

  private static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  private static final String GET_APP = "/helmgate.HelmProxyService/GetApp";
  private static final CallReader DECODED =
      new DecodedCalls(new CallDecoder(CallSchema.helmgate(), CallLimits.defaults()));

  private final List<Trail> trails = new ArrayList<>();
  private final List<String> minted = new ArrayList<>();

  @Test
  void anAllowedRequestPassesWithoutItsTokenAndWithAnAssertion() {
    FakePolicy policy = FakePolicy.allowAll();

    Ruling ruling = decide(policy, DECODED, getApp(Map.of()));

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
    assertThat(minted).singleElement().asString().startsWith("p:alice [p:dev] decision-1 ");
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

    decide(policy, DECODED, getApp(Map.of()));

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

    decide(policy, DECODED, Requests.get("/apps/team-a/web", bearer()));
    decide(policy, DECODED, getApp(Map.of()));

    assertThat(policy.asked().get(0).path("call")).isEqualTo(policy.asked().get(1).path("call"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x-helmgate-assertion", "x-helmgate-decision-id", "x-helmgate-anything-else"})
  void inboundHeadersOfOurNamesNeverReachTheUpstream(String name) {
    AuthRequest request = getApp(Map.of(name, List.of("forged")));

    Ruling ruling = decide(FakePolicy.allowAll(), DECODED, request);

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
        pipeline(profile).decide(Requests.get("/x", bearer()), deadline()).decision();

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

    assertDenied(decide(FakePolicy.allowAll(), DECODED, request), DenyReason.PROFILE_UNKNOWN, 403);
    assertThat(trails).singleElement().extracting(Trail::profile).isEqualTo("");
  }

  @Test
  void aMissingTokenIsDeniedWithEnvoysTextAndChallenge() {
    Ruling ruling = decide(FakePolicy.allowAll(), DECODED, Requests.get("/charts", Map.of()));

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

    assertDenied(decide(policy, DECODED, request), DenyReason.IDENTITY_REFUSED, 403);
    assertThat(policy.asked()).isEmpty();
    assertThat(trails)
        .singleElement()
        .extracting(Trail::detail)
        .asString()
        .contains("system:masters");
  }

  @Test
  void aTokenWithoutUserIsDeniedWhereTheUpstreamMustKnowHim() {
    AuthRequest request = getApp("{\"iss\":\"A\"}", Map.of());

    assertDenied(decide(FakePolicy.allowAll(), DECODED, request), DenyReason.IDENTITY_REFUSED, 403);
  }

  @Test
  void whatCannotBeExecutedIsRefusedBeforeThePolicy() {
    FakePolicy policy = FakePolicy.allowAll();

    Ruling unknown = decide(policy, DECODED, Requests.get("/nowhere/at/all/x", bearer()));
    assertDenied(unknown, DenyReason.REQUEST_REFUSED, 404);

    Ruling broken = decide(policy, DECODED, Requests.grpc(GET_APP, new byte[] {1, 2}, bearer()));
    assertDenied(broken, DenyReason.REQUEST_REFUSED, 400);
    assertThat(((Decision.Deny) broken.decision()).headers())
        .isEqualTo(Map.of("grpc-status", List.of("3")));
    assertThat(policy.asked()).isEmpty();
  }

  @Test
  void aBodyThatDidNotArriveWholeIsRefused() {
    AuthRequest whole = getApp(Map.of());
    AuthRequest cut =
        new AuthRequest(
            whole.id(),
            whole.profile(),
            whole.line(),
            whole.headers(),
            new AuthRequest.Body(whole.body().bytes(), true),
            whole.source(),
            whole.attributes());

    assertDenied(decide(FakePolicy.allowAll(), DECODED, cut), DenyReason.BODY_TRUNCATED, 413);
  }

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

    Ruling ruling = decide(policy, DECODED, getApp(Map.of()));

    assertThat(ruling.decision())
        .isEqualTo(
            new Decision.Deny(
                DenyReason.POLICY_DENIED, 404, Map.of("X-Why", List.of("rule 1")), "nothing here"));
    assertThat(ruling.metadata()).contains(entry("rule", 1), entry("decision_id", "decision-1"));
  }

  @Test
  void everythingButAnAllowIsNoAllow() {
    assertDenied(
        decide(new PolicyOutcome.Denied(PolicyEffects.none())), DenyReason.POLICY_DENIED, 403);
    assertDenied(decide(new PolicyOutcome.Undefined()), DenyReason.POLICY_UNDEFINED, 403);
    assertDenied(
        decide(new PolicyOutcome.Malformed("no boolean")), DenyReason.POLICY_MALFORMED, 403);
    assertThat(decide(new PolicyOutcome.Failed("trap")).decision())
        .isEqualTo(new Decision.Unavailable(UnavailableReason.POLICY, Duration.ofSeconds(1)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x-helmgate-assertion", "X-Helmgate-Anything", ":path", "host", "a b", ""})
  void aPolicyMaySetNoHeaderThatIsOursOrIllegal(String name) {
    PolicyEffects effects = FakePolicy.headers(Map.of(name, List.of("x")));

    assertDenied(decide(new PolicyOutcome.Allowed(effects)), DenyReason.POLICY_MALFORMED, 403);
  }

  @Test
  void aPolicyMaySetNoValueThatSplitsHeaders() {
    PolicyEffects effects = FakePolicy.headers(Map.of("x-a", List.of("1\r\nx-b: 2")));

    assertDenied(decide(new PolicyOutcome.Allowed(effects)), DenyReason.POLICY_MALFORMED, 403);
  }

  @Test
  void aHeaderThatThePolicySetsIsNotRemovedAgain() {
    PolicyEffects effects =
        FakePolicy.headers(Map.of("Authorization", List.of("Bearer upstreams-own")));

    Decision decision = decide(new PolicyOutcome.Allowed(effects)).decision();

    assertThat(decision)
        .isInstanceOfSatisfying(
            Decision.Allow.class,
            allow -> {
              assertThat(allow.requestHeaders())
                  .contains(entry("authorization", List.of("Bearer upstreams-own")));
              assertThat(allow.requestHeadersToRemove()).isEmpty();
            });
  }

  @Test
  void aProfileThatDecodesNoBodySeesTheNameOfAGrpcCall() {
    FakePolicy policy = FakePolicy.allowAll();
    String path = "/grpc.reflection.v1.ServerReflection/ServerReflectionInfo";

    decide(policy, new NamedCalls(), Requests.grpc(path, new byte[] {9, 9}, bearer()));

    assertThat(policy.asked().getFirst().path("call").toString())
        .isEqualTo(
            "{\"service\":\"grpc.reflection.v1.ServerReflection\",\"method\":\""
                + path
                + "\",\"request\":{},\"index\":0,\"count\":1}");
    assertThat(minted).singleElement().asString().endsWith("no digest");
  }

  @Test
  void aDecisionThatComesTooLateIsNone() {
    Profile profile = profile(FakePolicy.allowAll(), DECODED, Optional.empty());

    assertThat(pipeline(profile).decide(getApp(Map.of()), NOW).decision())
        .isEqualTo(new Decision.Unavailable(UnavailableReason.DEADLINE, Duration.ofSeconds(1)));
  }

  @Test
  void theTrailTellsWhatHappened() {
    decide(FakePolicy.allowAll(), DECODED, getApp(Map.of()));

    Trail trail = trails.getFirst();
    assertThat(trail.subject()).contains("p:alice");
    assertThat(trail.evaluations()).singleElement().matches(Trail.Evaluation::allowed);
    assertThat(trail.times()).containsOnlyKeys(Trail.Stage.values());
  }

  private static void assertDenied(Ruling ruling, DenyReason reason, int status) {
    assertThat(ruling.decision())
        .isInstanceOfSatisfying(
            Decision.Deny.class,
            deny -> {
              assertThat(deny.reason()).isEqualTo(reason);
              assertThat(deny.httpStatus()).isEqualTo(status);
            });
  }

  private Ruling decide(PolicyOutcome outcome) {
    return decide(new FakePolicy(input -> outcome), DECODED, getApp(Map.of()));
  }

  private Ruling decide(FakePolicy policy, CallReader calls, AuthRequest request) {
    AssertionMint mint =
        (caller, id, digest) -> {
          minted.add(
              caller.user() + ' ' + caller.groups() + ' ' + id + ' ' + digest.orElse("no digest"));
          return "signed";
        };
    return pipeline(profile(policy, calls, Optional.of(mint))).decide(request, deadline());
  }

  private static Instant deadline() {
    return NOW.plusSeconds(1);
  }

  private DecisionPipeline pipeline(Profile profile) {
    return new DecisionPipeline(
        new Profiles(Map.of("default", profile)), () -> NOW, () -> "decision-1", trails::add);
  }

  private static Profile profile(
      FakePolicy policy, CallReader calls, Optional<AssertionMint> assertion) {
    Provider provider =
        new Provider(
            "p",
            new Provider.ClaimRules("A", List.of(), Set.of(), Duration.ofSeconds(60), false),
            TokenSource.DEFAULT,
            false,
            new IdentityRules("sub", "groups", "p:"),
            keys());
    Authenticator authenticator =
        new Authenticator(Authenticator.Mode.STRICT, List.of(provider), () -> NOW);
    return new Profile("default", authenticator, calls, policy, "data.x.allow", assertion);
  }

  private static LocalKeys keys() {
    try {
      return LocalKeys.of(TestKeys.jwks(TestKeys.RSA));
    } catch (InvalidKeySetException e) {
      throw new IllegalStateException(e);
    }
  }

  private static Map<String, List<String>> bearer() {
    return Map.of("authorization", List.of("Bearer " + alice()));
  }

  private static String alice() {
    return token("{\"iss\":\"A\",\"sub\":\"alice\",\"groups\":[\"dev\"]}");
  }

  private static AuthRequest getApp(Map<String, List<String>> more) {
    return getApp("{\"iss\":\"A\",\"sub\":\"alice\",\"groups\":[\"dev\"]}", more);
  }

  private static AuthRequest getApp(String claims, Map<String, List<String>> more) {
    Map<String, List<String>> headers = new java.util.HashMap<>(more);
    headers.put("authorization", List.of("Bearer " + token(claims)));
    byte[] message =
        AppRef.newBuilder().setNamespace("team-a").setName("web").build().toByteArray();
    return Requests.grpc(GET_APP, message, headers);
  }
}
