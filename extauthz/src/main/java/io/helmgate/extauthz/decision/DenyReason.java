package io.helmgate.extauthz.decision;

/** Why a request is denied. */
public enum DenyReason {
  /** The route names a profile that does not exist. */
  PROFILE_UNKNOWN,
  /** The route names limits that do not exist. */
  LIMITS_UNKNOWN,
  TOKEN_MISSING,
  TOKEN_INVALID,
  TOKEN_AUDIENCE,
  /** The token names no user, or one that nobody may claim to be. */
  IDENTITY_REFUSED,
  /** The body did not arrive whole. */
  BODY_TRUNCATED,
  /** The request is not one that may be executed. */
  REQUEST_REFUSED,
  POLICY_DENIED,
  POLICY_UNDEFINED,
  /** The policy's answer is no decision, or asks for what must not be done. */
  POLICY_MALFORMED,
  /** Two calls of one request were allowed under different conditions. */
  DECISIONS_CONFLICT
}
