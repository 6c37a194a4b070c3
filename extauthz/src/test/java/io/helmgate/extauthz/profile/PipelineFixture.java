package io.helmgate.extauthz.profile;

import static io.helmgate.extauthz.token.TestKeys.token;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.extauthz.call.CallReader;
import io.helmgate.extauthz.call.DecodedCalls;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.HiddenValue;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.keys.InvalidKeySetException;
import io.helmgate.extauthz.keys.LocalKeys;
import io.helmgate.extauthz.limits.TestLimits;
import io.helmgate.extauthz.policy.PolicyOutcome;
import io.helmgate.extauthz.reply.EnvoyStyle;
import io.helmgate.extauthz.token.Authenticator;
import io.helmgate.extauthz.token.Identity;
import io.helmgate.extauthz.token.Provider;
import io.helmgate.extauthz.token.Requests;
import io.helmgate.extauthz.token.TestKeys;
import io.helmgate.extauthz.token.TestProviders;
import io.helmgate.extauthz.token.TokenCache;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.proto.AppRef;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** A pipeline with one profile, a provider with local keys and a policy written in Java. */
final class PipelineFixture {

  static final Instant NOW = Instant.ofEpochSecond(1_800_000_000);
  static final String GET_APP = "/helmgate.HelmProxyService/GetApp";
  static final SecretSource SECRETS =
      name ->
          name.equals("registry") ? Optional.of(new HiddenValue("Bearer hush")) : Optional.empty();
  static final CallReader DECODED =
      new DecodedCalls(new CallDecoder(CallSchema.helmgate(), CallLimits.defaults()));

  private final List<Trail> trails = new ArrayList<>();
  private final List<String> minted = new ArrayList<>();

  List<Trail> trails() {
    return trails;
  }

  List<String> minted() {
    return minted;
  }

  static void assertDenied(Ruling ruling, DenyReason reason, int status) {
    assertThat(ruling.decision())
        .isInstanceOfSatisfying(
            Decision.Deny.class,
            deny -> {
              assertThat(deny.reason()).isEqualTo(reason);
              assertThat(deny.httpStatus()).isEqualTo(status);
            });
  }

  Ruling decide(PolicyOutcome outcome) {
    return decide(new FakePolicy(input -> outcome), DECODED, getApp(Map.of()));
  }

  Ruling decide(FakePolicy policy, CallReader calls, AuthRequest request) {
    return pipeline(profile(policy, calls, Optional.of(new RecordingMint())))
        .decide(request, deadline());
  }

  /** Signs nothing, but remembers what it should have. */
  private final class RecordingMint implements AssertionMint {

    @Override
    public Optional<String> problem(Identity caller) {
      return caller.user().endsWith("!")
          ? Optional.of("no name: " + caller.user())
          : Optional.empty();
    }

    @Override
    public String mint(
        Identity caller,
        Optional<Instant> tokenExpiresAt,
        String decisionId,
        Optional<String> callDigest) {
      minted.add(
          caller.user()
              + ' '
              + caller.groups()
              + ' '
              + decisionId
              + ' '
              + callDigest.orElse("no digest"));
      return "signed";
    }
  }

  static Instant deadline() {
    return NOW.plusSeconds(1);
  }

  DecisionPipeline pipeline(Profile profile) {
    return new DecisionPipeline(
        new Profiles(Map.of("default", profile), Map.of()),
        SECRETS,
        () -> NOW,
        () -> "decision-1",
        trails::add);
  }

  static Profile profile(FakePolicy policy, CallReader calls, Optional<AssertionMint> assertion) {
    Provider provider = TestProviders.of("p", "A", keys());
    Authenticator authenticator =
        new Authenticator(
            Authenticator.Mode.STRICT, List.of(provider), new TokenCache(100), () -> NOW);
    return new Profile(
        "default",
        authenticator,
        TestLimits.high(() -> NOW),
        calls,
        policy,
        "data.x.allow",
        new EnvoyStyle(),
        assertion);
  }

  private static LocalKeys keys() {
    try {
      return LocalKeys.of(TestKeys.jwks(TestKeys.RSA));
    } catch (InvalidKeySetException e) {
      throw new IllegalStateException(e);
    }
  }

  static Map<String, List<String>> bearer() {
    return Map.of("authorization", List.of("Bearer " + alice()));
  }

  private static String alice() {
    return token("{\"iss\":\"A\",\"sub\":\"alice\",\"groups\":[\"dev\"]}");
  }

  static AuthRequest getApp(Map<String, List<String>> more) {
    return getApp("{\"iss\":\"A\",\"sub\":\"alice\",\"groups\":[\"dev\"]}", more);
  }

  static AuthRequest getApp(String claims, Map<String, List<String>> more) {
    Map<String, List<String>> headers = new HashMap<>(more);
    headers.put("authorization", List.of("Bearer " + token(claims)));
    byte[] message =
        AppRef.newBuilder().setNamespace("team-a").setName("web").build().toByteArray();
    return Requests.grpc(GET_APP, message, headers);
  }
}
