package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.decision.UnavailableReason;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.Map;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Decides requests. */
public final class DecisionPipeline {

  /** What is said to a request that comes while too many wait. */
  public static final Decision OVERLOADED =
      new Decision.Unavailable(UnavailableReason.OVERLOAD, Duration.ofSeconds(1));

  private static final Logger log = LoggerFactory.getLogger(DecisionPipeline.class);
  private static final int BAD_REQUEST = 400;
  private static final int FORBIDDEN = 403;

  private final Profiles profiles;
  private final SecretSource secrets;
  private final InstantSource clock;
  private final Supplier<String> ids;
  private final TrailObserver observer;

  /**
   * Makes a pipeline.
   *
   * @param secrets what policies may let upstreams have
   * @param ids makes ids of decisions, each one different
   * @param observer is told of every decision
   */
  public DecisionPipeline(
      Profiles profiles,
      SecretSource secrets,
      InstantSource clock,
      Supplier<String> ids,
      TrailObserver observer) {
    this.profiles = profiles;
    this.secrets = secrets;
    this.clock = clock;
    this.ids = ids;
    this.observer = observer;
  }

  /**
   * Decides a request; may block until the deadline while a provider's keys are fetched.
   *
   * @param deadline when to give up
   */
  public Ruling decide(AuthRequest request, Instant deadline) {
    ProfileRun run = new ProfileRun(request, ids.get(), secrets, clock, deadline);
    Decision decision =
        switch (profiles.choose(request)) {
          case Profiles.Choice.Chosen(Profile profile) -> run.through(profile);
          case Profiles.Choice.Unknown(String name) -> unknownProfile(name, request, run);
          case Profiles.Choice.Ambiguous(String message) -> ambiguous(message, request, run);
        };
    return ruled(run, decision);
  }

  /**
   * Refuses a request because there are too many, in the form that its profile gives refusals.
   * Blocks nothing.
   */
  public Ruling refuse(AuthRequest request) {
    ProfileRun run = new ProfileRun(request, ids.get(), secrets, clock, clock.instant());
    if (profiles.choose(request) instanceof Profiles.Choice.Chosen(Profile profile)) {
      run.takes(profile);
    }
    return ruled(run, OVERLOADED);
  }

  private Ruling ruled(ProfileRun run, Decision decision) {
    Trail trail = run.trail(decision);
    observer.decided(trail);
    return new Ruling(trail.id(), decision, run.metadata(), run.form());
  }

  private static Decision unknownProfile(String name, AuthRequest request, ProfileRun run) {
    log.warn("profile: {} (expected: a configured one), request {} denied", name, request.id());
    run.detail("unknown profile " + name);
    return new Decision.Deny(
        DenyReason.PROFILE_UNKNOWN, FORBIDDEN, Map.of(), "Unknown authorization profile");
  }

  private static Decision ambiguous(String message, AuthRequest request, ProfileRun run) {
    log.warn("no profile can be chosen, request {} denied: {}", request.id(), message);
    run.detail(message);
    return new Decision.Deny(DenyReason.REQUEST_REFUSED, BAD_REQUEST, Map.of(), message);
  }
}
