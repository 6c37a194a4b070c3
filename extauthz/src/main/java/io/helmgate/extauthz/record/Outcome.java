package io.helmgate.extauthz.record;

import io.helmgate.extauthz.decision.Decision;
import java.util.Locale;

/**
 * A decision in two words, for labels and records.
 *
 * @param kind {@code allow}, {@code deny}, {@code throttle} or {@code unavailable}
 * @param reason why, in lower case; {@code none} when allowed
 * @param httpStatus status of the reply; 200 stands for whatever the upstream replies
 */
public record Outcome(String kind, String reason, int httpStatus) {

  private static final int OK = 200;
  private static final int TOO_MANY_REQUESTS = 429;
  private static final int SERVICE_UNAVAILABLE = 503;

  /** The words for a decision. */
  public static Outcome of(Decision decision) {
    return switch (decision) {
      case Decision.Allow _ -> new Outcome("allow", "none", OK);
      case Decision.Deny deny -> new Outcome("deny", lower(deny.reason()), deny.httpStatus());
      case Decision.Throttled throttled ->
          new Outcome("throttle", lower(throttled.reason()), TOO_MANY_REQUESTS);
      case Decision.Unavailable unavailable ->
          new Outcome("unavailable", lower(unavailable.reason()), SERVICE_UNAVAILABLE);
    };
  }

  private static String lower(Enum<?> reason) {
    return reason.name().toLowerCase(Locale.ROOT);
  }
}
