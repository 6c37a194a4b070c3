package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.call.ApiCall;
import io.helmgate.extauthz.call.ApiCalls;
import io.helmgate.extauthz.call.ReplyStyle;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.HiddenValue;
import io.helmgate.extauthz.decision.ReplyForm;
import io.helmgate.extauthz.decision.UnavailableReason;
import io.helmgate.extauthz.input.PolicyInput;
import io.helmgate.extauthz.limits.Admission;
import io.helmgate.extauthz.limits.rate.Charge;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.PolicyEffects;
import io.helmgate.extauthz.policy.PolicyOutcome;
import io.helmgate.extauthz.profile.Trail.Stage;
import io.helmgate.extauthz.reply.EnvoyStyle;
import io.helmgate.extauthz.reply.ResponseStyle;
import io.helmgate.extauthz.token.Authentication;
import io.helmgate.extauthz.token.Identity;
import io.helmgate.extauthz.token.TokenFailure;
import io.helmgate.extauthz.token.VerifiedToken;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One request on its way through a profile; used by one thread. */
final class ProfileRun {

  private static final Logger log = LoggerFactory.getLogger(ProfileRun.class);
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;
  private static final int TOO_LARGE = 413;
  private static final Duration RETRY_AFTER = Duration.ofSeconds(1);
  private static final String DENIED = "Denied by policy";

  private final AuthRequest request;
  private final String id;
  private final SecretSource secrets;
  private final InstantSource clock;
  private final Instant deadline;
  private final TrailNotes notes;
  private final UnitedEffects effects = new UnitedEffects();
  private ResponseStyle style = new EnvoyStyle();
  private boolean authenticated;

  ProfileRun(
      AuthRequest request, String id, SecretSource secrets, InstantSource clock, Instant deadline) {
    this.request = request;
    this.id = id;
    this.secrets = secrets;
    this.clock = clock;
    this.deadline = deadline;
    this.notes = new TrailNotes(id, request, clock.instant());
  }

  /** Takes a profile, for refusals in its form. */
  void takes(Profile profile) {
    notes.profile(profile);
    style = profile.style();
  }

  Decision through(Profile profile) {
    takes(profile);
    Authentication caller =
        notes.timed(
            Stage.AUTHENTICATE, () -> profile.authenticator().authenticate(request, deadline));
    return switch (caller) {
      case Authentication.Authenticated(VerifiedToken token) -> {
        authenticated = true;
        notes.subject(token.identity().map(Identity::user));
        yield nameProblem(profile, token.identity())
            .map(this::nameRefused)
            .orElseGet(() -> limited(profile, caller, Optional.of(token)));
      }
      case Authentication.Anonymous() -> limited(profile, caller, Optional.empty());
      case Authentication.Rejected(TokenFailure failure) -> rejected(profile, failure);
      case Authentication.NameRefused(String problem) -> nameRefused(problem);
      case Authentication.ClaimRefused(String problem) ->
          identityRefused(problem, "Jwt has a claim that cannot be told to the upstream");
      case Authentication.KeysUnavailable(String problem, Duration retryAfter) -> {
        notes.detail(problem);
        yield new Decision.Unavailable(UnavailableReason.KEYS, retryAfter);
      }
    };
  }

  private Decision rejected(Profile profile, TokenFailure failure) {
    if (failure != TokenFailure.MISSING) {
      Optional<Decision> tooMany = refusal(profile.limits().failedToken(request));
      if (tooMany.isPresent()) {
        return tooMany.get();
      }
    }
    DenyReason reason =
        switch (failure) {
          case MISSING -> DenyReason.TOKEN_MISSING;
          case AUDIENCE -> DenyReason.TOKEN_AUDIENCE;
          default -> DenyReason.TOKEN_INVALID;
        };
    notes.detail(failure.text());
    return style.rejected(request, reason, failure);
  }

  private static Optional<String> nameProblem(Profile profile, Optional<Identity> identity) {
    return profile
        .assertion()
        .flatMap(
            mint -> identity.map(mint::problem).orElse(Optional.of("the token names no user")));
  }

  private Decision nameRefused(String problem) {
    return identityRefused(problem, "Jwt names no user, or a user or group that is reserved");
  }

  private Decision identityRefused(String problem, String body) {
    log.warn("request {} denied, decision {}: {}", request.id(), id, problem);
    notes.detail(problem);
    return style.refused(request, DenyReason.IDENTITY_REFUSED, FORBIDDEN, body);
  }

  private Decision limited(Profile profile, Authentication caller, Optional<VerifiedToken> token) {
    Admission admission = notes.timed(Stage.LIMIT, () -> profile.limits().admit(request, caller));
    return admission instanceof Admission.Admitted(Charge charge)
        ? LimitReplies.told(calls(profile, caller, token, charge), charge)
        : refusal(admission).orElseThrow();
  }

  private Optional<Decision> refusal(Admission admission) {
    Optional<Decision> refusal = LimitReplies.refusal(admission);
    refusal.ifPresent(ignored -> notes.detail(admission.toString()));
    return refusal;
  }

  private Decision calls(
      Profile profile, Authentication caller, Optional<VerifiedToken> token, Charge charge) {
    ApiCalls calls = notes.timed(Stage.DECODE, () -> profile.calls().read(request));
    return switch (calls) {
      case ApiCalls.Refused(int status, String message, ReplyStyle style) -> {
        notes.detail(message);
        yield style.deny(DenyReason.REQUEST_REFUSED, status, message);
      }
      case ApiCalls.Truncated(ReplyStyle style) ->
          style.deny(DenyReason.BODY_TRUNCATED, TOO_LARGE, "body: larger than can be checked");
      case ApiCalls.Known known ->
          refusal(profile.limits().more(charge, known.calls().size() - 1))
              .or(
                  () ->
                      notes.timed(
                          Stage.POLICY,
                          () ->
                              refusalByPolicy(profile, caller, known.calls(), known.decodeError())))
              .orElseGet(
                  () -> notes.timed(Stage.RESPOND, () -> allow(profile, token, known.digest())));
    };
  }

  private Optional<Decision> refusalByPolicy(
      Profile profile, Authentication caller, List<ApiCall> calls, Optional<String> decodeError) {
    Policy policy = profile.policy().current();
    notes.revision(policy.revision());
    return switch (PolicyInput.of(request, profile.name(), caller, decodeError)) {
      case PolicyInput.Reading.Unreadable(String message, boolean body)
          when body && profile.calls().marks() ->
          refusalByPolicy(profile, caller, calls, Optional.of(message));
      case PolicyInput.Reading.Unreadable(String message, boolean ignored) -> {
        notes.detail(message);
        yield Optional.of(style.refused(request, DenyReason.REQUEST_REFUSED, BAD_REQUEST, message));
      }
      case PolicyInput.Reading.Read(PolicyInput input) ->
          calls.isEmpty()
              ? refusal(policy, input, Optional.empty())
              : calls.stream()
                  .map(call -> refusal(policy, input, Optional.of(call)))
                  .flatMap(Optional::stream)
                  .findFirst();
    };
  }

  private Optional<Decision> refusal(Policy policy, PolicyInput input, Optional<ApiCall> call) {
    if (!clock.instant().isBefore(deadline)) {
      return Optional.of(new Decision.Unavailable(UnavailableReason.DEADLINE, RETRY_AFTER));
    }
    PolicyOutcome outcome = policy.decide(input.json(call, policy.reads()));
    notes.evaluated(input.document(call), outcome instanceof PolicyOutcome.Allowed);
    return switch (outcome) {
      case PolicyOutcome.Allowed allowed -> unite(allowed.effects());
      case PolicyOutcome.Denied denied -> Optional.of(denied(denied.effects()));
      case PolicyOutcome.Undefined() -> {
        notes.detail("the policy is undefined for this input");
        yield Optional.of(forbidden(DenyReason.POLICY_UNDEFINED, DENIED));
      }
      case PolicyOutcome.Malformed malformed -> Optional.of(malformed(malformed.reason()));
      case PolicyOutcome.Failed failed -> {
        log.error("policy failed, decision {}: {}", id, failed.reason());
        notes.detail(failed.reason());
        yield Optional.of(new Decision.Unavailable(UnavailableReason.POLICY, RETRY_AFTER));
      }
      case PolicyOutcome.Absent absent -> {
        notes.detail("no policy is in force: " + absent.reason());
        yield Optional.of(new Decision.Unavailable(UnavailableReason.POLICY, RETRY_AFTER));
      }
    };
  }

  private Optional<Decision> unite(PolicyEffects more) {
    Optional<String> problem =
        HeaderRules.problem(more.headers())
            .or(
                () ->
                    more.injectSecrets().keySet().stream()
                        .map(HeaderRules::problem)
                        .flatMap(Optional::stream)
                        .findFirst())
            .or(() -> HeaderRules.problem(more.responseHeadersToAdd()))
            .or(
                () ->
                    more.requestHeadersToRemove().stream()
                        .map(HeaderRules::problem)
                        .flatMap(Optional::stream)
                        .findFirst());
    if (problem.isPresent()) {
      return Optional.of(malformed(problem.get()));
    }
    List<String> conflicts = effects.add(more);
    if (conflicts.isEmpty()) {
      return Optional.empty();
    }
    notes.detail("conflicting decisions about " + conflicts);
    return Optional.of(forbidden(DenyReason.DECISIONS_CONFLICT, "conflicting decisions"));
  }

  private Decision denied(PolicyEffects effects) {
    Optional<String> problem = HeaderRules.problem(effects.headers());
    if (problem.isPresent()) {
      return malformed(problem.get());
    }
    notes.metadata(effects.dynamicMetadata());
    if (effects.saysNothing()) {
      return forbidden(DenyReason.POLICY_DENIED, DENIED);
    }
    return new Decision.Deny(
        DenyReason.POLICY_DENIED,
        effects.httpStatus().orElse(FORBIDDEN),
        effects.headers(),
        effects.body().orElse(DENIED));
  }

  private Decision malformed(String reason) {
    log.warn("policy gave no usable decision, decision {}: {}", id, reason);
    notes.detail(reason);
    return forbidden(DenyReason.POLICY_MALFORMED, DENIED);
  }

  private Decision forbidden(DenyReason reason, String message) {
    return style.forbidden(request, reason, authenticated, message);
  }

  private Decision allow(Profile profile, Optional<VerifiedToken> token, Optional<String> digest) {
    Map<String, HiddenValue> found = new LinkedHashMap<>();
    for (Map.Entry<String, String> secret : effects.secrets().entrySet()) {
      Optional<HiddenValue> value = secrets.find(secret.getValue());
      if (value.isEmpty()) {
        log.error("decision {}: the policy asks for unknown secret {}", id, secret.getValue());
        notes.detail("unknown secret " + secret.getValue());
        return new Decision.Unavailable(UnavailableReason.SECRET, RETRY_AFTER);
      }
      found.put(secret.getKey(), value.get());
    }
    notes.metadata(effects.metadata());
    Optional<Identity> identity = token.flatMap(VerifiedToken::identity);
    Credentials credentials = Credentials.of(token, profile.authenticator().claimHeaders());
    Optional<Instant> expires = token.flatMap(VerifiedToken::expiresAt);
    Optional<String> assertion =
        profile
            .assertion()
            .flatMap(mint -> identity.map(caller -> mint.mint(caller, expires, id, digest)));
    return AllowResponse.of(request, effects, credentials, found, id, assertion);
  }

  void detail(String text) {
    notes.detail(text);
  }

  ReplyForm form() {
    return style.form();
  }

  Map<String, Object> metadata() {
    return notes.metadata();
  }

  Trail trail(Decision decision) {
    return notes.trail(decision);
  }
}
