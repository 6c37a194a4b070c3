package io.helmgate.extauthz.profile;

import static io.helmgate.extauthz.token.TestKeys.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.extauthz.call.NamedCalls;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.extauthz.limits.TestLimits;
import io.helmgate.extauthz.policy.PolicyEffects;
import io.helmgate.extauthz.policy.PolicyOutcome;
import io.helmgate.extauthz.reply.EnvoyStyle;
import io.helmgate.extauthz.token.Authenticator;
import io.helmgate.extauthz.token.ClaimHeader;
import io.helmgate.extauthz.token.IdentityRules;
import io.helmgate.extauthz.token.Provider;
import io.helmgate.extauthz.token.Requests;
import io.helmgate.extauthz.token.TestKeys;
import io.helmgate.extauthz.token.TestProviders;
import io.helmgate.extauthz.token.TokenCache;
import io.helmgate.extauthz.token.TokenSource;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What the upstream is told of the caller's claims, and what no client may tell it. */
final class ClaimsToHeadersTest {

  private static final Instant NOW = PipelineFixture.NOW;
  private static final Map<String, List<String>> FORGED =
      Map.of("x-org", List.of("forged"), "x-roles", List.of("admin"), "x-other", List.of("kept"));

  @Test
  void aMappedHeaderIsSetAndReplacesWhatTheClientSent() throws Exception {
    Decision.Allow allow = allowed("{\"sub\":\"alice\",\"org\":{\"id\":7}}", FORGED);

    assertThat(allow.requestHeaders()).containsEntry("x-org", List.of("7"));
    assertThat(allow.requestHeadersToRemove()).doesNotContain("x-org").contains("x-roles");
  }

  @Test
  void aMappedHeaderWhoseClaimIsMissingIsTakenFromTheClientsRequest() throws Exception {
    Decision.Allow allow = allowed("{\"sub\":\"alice\"}", FORGED);

    assertThat(allow.requestHeaders()).doesNotContainKeys("x-org", "x-roles");
    assertThat(allow.requestHeadersToRemove())
        .contains("x-org", "x-roles")
        .doesNotContain("x-other");
  }

  @Test
  void mappedHeadersGoEvenWhenEnvoyHidThemFromThisService() throws Exception {
    assertThat(allowed("{\"sub\":\"alice\"}", Map.of()).requestHeadersToRemove())
        .contains("x-org", "x-roles");
  }

  @Test
  void anAnonymousCallersCopiesOfMappedHeadersAreTakenAway() throws Exception {
    Ruling ruling = decide(Requests.get("/", FORGED));

    assertThat(ruling.decision())
        .isInstanceOfSatisfying(
            Decision.Allow.class,
            allow -> assertThat(allow.requestHeadersToRemove()).contains("x-org", "x-roles"));
  }

  @Test
  void aRepeatedHeaderHasOneValueForEachItem() throws Exception {
    assertThat(allowed("{\"sub\":\"a\",\"roles\":[\"x\",\"y\"]}", FORGED).requestHeaders())
        .containsEntry("x-roles", List.of("x", "y"));
  }

  @Test
  void aClaimThatNoHeaderCanHoldRefusesTheRequest() throws Exception {
    Ruling ruling = decide(request("{\"sub\":\"alice\",\"org\":{\"id\":\"a\\r\\nx: y\"}}", FORGED));

    PipelineFixture.assertDenied(ruling, DenyReason.IDENTITY_REFUSED, 403);
  }

  @Test
  void aTokenCookieIsTakenAwayAndTheOthersStay() throws Exception {
    String token = token("{\"iss\":\"A\",\"sub\":\"alice\"}");
    Ruling ruling =
        decide(
            Requests.get(
                "/", Map.of("cookie", List.of("a=1; session=" + token + "; sessions=2; b=3"))));

    assertThat(ruling.decision())
        .isInstanceOfSatisfying(
            Decision.Allow.class,
            allow ->
                assertThat(allow.requestHeaders())
                    .containsEntry("cookie", List.of("a=1; sessions=2; b=3")));
  }

  @Test
  void aTokenCookieThatStandsAloneTakesTheHeaderAlong() throws Exception {
    String token = token("{\"iss\":\"A\",\"sub\":\"alice\"}");
    Ruling ruling = decide(Requests.get("/", Map.of("cookie", List.of("session=" + token))));

    assertThat(ruling.decision())
        .isInstanceOfSatisfying(
            Decision.Allow.class,
            allow -> assertThat(allow.requestHeadersToRemove()).contains("cookie"));
  }

  @Test
  void aBadTokenInTheCookieRefusesTheGoodOneInTheHeader() throws Exception {
    Map<String, List<String>> headers = new HashMap<>(PipelineFixture.bearer());
    headers.put("cookie", List.of("session=x"));

    PipelineFixture.assertDenied(decide(Requests.get("/", headers)), DenyReason.TOKEN_INVALID, 401);
  }

  private static Decision.Allow allowed(String claims, Map<String, List<String>> headers)
      throws Exception {
    Decision decision = decide(request(claims, headers)).decision();
    assertThat(decision).isInstanceOf(Decision.Allow.class);
    return (Decision.Allow) decision;
  }

  private static AuthRequest request(String claims, Map<String, List<String>> headers) {
    Map<String, List<String>> all = new HashMap<>(headers);
    all.put(
        "authorization", List.of("Bearer " + token(claims.replaceFirst("\\{", "{\"iss\":\"A\","))));
    return Requests.get("/", all);
  }

  private static Ruling decide(AuthRequest request) throws Exception {
    Provider provider =
        new Provider(
            "p",
            TestProviders.rules("A", List.of()),
            List.of(
                new TokenSource.Header("authorization", "Bearer "),
                new TokenSource.Cookie("session")),
            false,
            List.of(
                new ClaimHeader("org.id", "x-org", ClaimHeader.ListForm.BASE64_JSON, false),
                new ClaimHeader("roles", "x-roles", ClaimHeader.ListForm.REPEATED, false)),
            new IdentityRules("sub", "groups", "p:"),
            LocalKeys.of(TestKeys.jwks(TestKeys.RSA)));
    Authenticator authenticator =
        new Authenticator(
            Authenticator.Mode.ALLOW_MISSING, List.of(provider), new TokenCache(100), () -> NOW);
    Profile profile =
        new Profile(
            "default",
            authenticator,
            TestLimits.high(() -> PipelineFixture.NOW),
            new NamedCalls(),
            new FakePolicy(input -> new PolicyOutcome.Allowed(PolicyEffects.none())),
            "data.x.allow",
            new EnvoyStyle(),
            Optional.empty());
    return new PipelineFixture().pipeline(profile).decide(request, PipelineFixture.deadline());
  }
}
