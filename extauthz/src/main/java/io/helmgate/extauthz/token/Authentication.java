package io.helmgate.extauthz.token;

import java.time.Duration;

/** What is known of a caller. */
public sealed interface Authentication {

  /** A provider vouches for the caller. */
  record Authenticated(VerifiedToken token) implements Authentication {}

  /** There is no token, and none is needed. */
  record Anonymous() implements Authentication {}

  /** There is no acceptable token. */
  record Rejected(TokenFailure failure) implements Authentication {}

  /**
   * The token is genuine but claims a name that it must not.
   *
   * @param problem which one, for the log
   */
  record NameRefused(String problem) implements Authentication {}

  /**
   * The token is genuine but has a claim that cannot be told to the upstream in a header.
   *
   * @param problem which one, for the log
   */
  record ClaimRefused(String problem) implements Authentication {}

  /**
   * Nobody can tell whether the token is good.
   *
   * @param problem what happened, for the log
   * @param retryAfter when another attempt may help
   */
  record KeysUnavailable(String problem, Duration retryAfter) implements Authentication {}
}
