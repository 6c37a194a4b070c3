package io.helmgate.extauthz.profile;

import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.ThrottleReason;
import io.helmgate.extauthz.decision.UnavailableReason;
import io.helmgate.extauthz.limits.Admission;
import io.helmgate.extauthz.limits.rate.Charge;
import io.helmgate.extauthz.limits.rate.Quota;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** What clients are told of limits. */
final class LimitReplies {

  private static final int FORBIDDEN = 403;

  private LimitReplies() {}

  /** The decision for a caller who may not go on; empty when he may. */
  static Optional<Decision> refusal(Admission admission) {
    return switch (admission) {
      case Admission.Admitted _ -> Optional.empty();
      case Admission.Throttled throttled ->
          Optional.of(
              new Decision.Throttled(
                  reason(throttled.quota()), throttled.retryAfter(), throttled.headers()));
      case Admission.SessionsFull full ->
          Optional.of(new Decision.Unavailable(UnavailableReason.SESSIONS, full.retryAfter()));
      case Admission.UnknownLimits _ ->
          Optional.of(
              new Decision.Deny(
                  DenyReason.LIMITS_UNKNOWN, FORBIDDEN, Map.of(), "Unknown rate limits"));
    };
  }

  private static ThrottleReason reason(Quota quota) {
    return switch (quota) {
      case ORGANISATION -> ThrottleReason.ORGANISATION;
      case USER -> ThrottleReason.USER;
      case ADDRESS -> ThrottleReason.ADDRESS;
      case FAILED_TOKENS -> ThrottleReason.FAILED_TOKENS;
    };
  }

  /** The decision, which tells the client how much is left. */
  static Decision told(Decision decision, Charge charge) {
    return switch (decision) {
      case Decision.Allow allow -> allow.withResponseHeaders(charge.headers());
      case Decision.Deny deny ->
          new Decision.Deny(
              deny.reason(),
              deny.httpStatus(),
              with(deny.headers(), charge.headers()),
              deny.body());
      case Decision.Throttled _, Decision.Unavailable _ -> decision;
    };
  }

  private static Map<String, List<String>> with(
      Map<String, List<String>> headers, Map<String, List<String>> more) {
    Map<String, List<String>> all = new LinkedHashMap<>(headers);
    all.putAll(more);
    return Map.copyOf(all);
  }
}
