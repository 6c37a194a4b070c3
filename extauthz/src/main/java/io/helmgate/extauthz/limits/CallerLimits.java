package io.helmgate.extauthz.limits;

import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.limits.rate.Charge;
import io.helmgate.extauthz.limits.rate.Charging;
import io.helmgate.extauthz.limits.rate.RateLimiter;
import io.helmgate.extauthz.limits.rate.RateRules;
import io.helmgate.extauthz.limits.session.ActiveSessions;
import io.helmgate.extauthz.limits.session.SessionAdmission;
import io.helmgate.extauthz.token.Authentication;
import io.helmgate.extauthz.token.VerifiedToken;
import java.util.Map;
import java.util.Optional;

/** The limits for callers of one profile. */
public final class CallerLimits {

  private final RateLimiter limiter;
  private final ActiveSessions sessions;
  private final RateRules rules;
  private final Map<String, RateRules> ofRoutes;

  /**
   * Makes the limits.
   *
   * @param rules what holds in this profile
   * @param ofRoutes what a route may choose instead, by name
   */
  public CallerLimits(
      RateLimiter limiter,
      ActiveSessions sessions,
      RateRules rules,
      Map<String, RateRules> ofRoutes) {
    this.limiter = limiter;
    this.sessions = sessions;
    this.rules = rules;
    this.ofRoutes = Map.copyOf(ofRoutes);
  }

  /** A caller who is known, or need not be, makes a request, which is one call at least. */
  public Admission admit(AuthRequest request, Authentication caller) {
    Optional<String> chosen = request.limits();
    if (chosen.isPresent() && !ofRoutes.containsKey(chosen.get())) {
      return new Admission.UnknownLimits(chosen.get());
    }
    if (caller instanceof Authentication.Authenticated(VerifiedToken token)
        && sessions.called(token) instanceof SessionAdmission.Full full) {
      return new Admission.SessionsFull(full.retryAfter());
    }
    RateRules inForce = chosen.map(ofRoutes::get).orElse(rules);
    return count(limiter.charge(caller, request.source().address(), inForce), 1);
  }

  /** The calls of a request beyond its first one, when they are known. */
  public Admission more(Charge charge, int calls) {
    return calls <= 0 ? new Admission.Admitted(charge) : count(charge, calls);
  }

  /** A token was not accepted. */
  public Admission failedToken(AuthRequest request) {
    return count(limiter.failedToken(request.source().address()), 1);
  }

  private static Admission count(Charge charge, int calls) {
    return switch (charge.take(calls)) {
      case Charging.Within() -> new Admission.Admitted(charge);
      case Charging.Exceeded exceeded ->
          new Admission.Throttled(exceeded.quota(), exceeded.retryAfter(), charge.headers());
    };
  }
}
