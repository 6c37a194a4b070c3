package io.helmgate.extauthz.decision;

/** What was missing to make a decision. */
public enum UnavailableReason {
  /** A provider's keys could not be had. */
  KEYS,
  /** The policy could not be evaluated. */
  POLICY,
  /** There are too many sessions for a new one. */
  SESSIONS,
  /** The policy asks for a secret that is not there. */
  SECRET,
  /** The time for this decision ran out. */
  DEADLINE,
  /** Too many requests wait already. */
  OVERLOAD
}
