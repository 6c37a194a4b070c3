package io.helmgate.extauthz.decision;

/** Which limit a caller is beyond. */
public enum ThrottleReason {
  ORGANISATION,
  USER,
  ADDRESS,
  /** Too many tokens from this address were not accepted. */
  FAILED_TOKENS
}
