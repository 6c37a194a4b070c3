package io.helmgate.extauthz.limits.session;

import java.time.Duration;

/** Whether a session may go on. */
public sealed interface SessionAdmission {

  /** It is known, or there was room for it. */
  record Active() implements SessionAdmission {}

  /**
   * It is new, and there is no room.
   *
   * @param retryAfter when a place may be free
   */
  record Full(Duration retryAfter) implements SessionAdmission {}
}
