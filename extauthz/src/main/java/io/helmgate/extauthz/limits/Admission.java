package io.helmgate.extauthz.limits;

import io.helmgate.extauthz.limits.rate.Charge;
import io.helmgate.extauthz.limits.rate.Quota;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** Whether a caller may make a request now. */
public sealed interface Admission {

  /**
   * He may.
   *
   * @param charge where further calls of the request are counted
   */
  record Admitted(Charge charge) implements Admission {}

  /**
   * He has asked too often.
   *
   * @param quota by which count
   * @param retryAfter when another attempt may succeed
   * @param headers what the client is told of the limits
   */
  record Throttled(Quota quota, Duration retryAfter, Map<String, List<String>> headers)
      implements Admission {}

  /**
   * His session is new, and there are too many.
   *
   * @param retryAfter when there may be room
   */
  record SessionsFull(Duration retryAfter) implements Admission {}

  /**
   * The route asks for limits that nobody configured.
   *
   * @param name their name
   */
  record UnknownLimits(String name) implements Admission {}
}
