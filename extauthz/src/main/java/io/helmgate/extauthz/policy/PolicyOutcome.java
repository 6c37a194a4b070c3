package io.helmgate.extauthz.policy;

/**
 * What a policy said about a request. Everything but {@link Allowed} means that it must not pass.
 */
public sealed interface PolicyOutcome {

  /** The request may pass. */
  record Allowed(PolicyEffects effects) implements PolicyOutcome {}

  /** The request is refused by a rule. */
  record Denied(PolicyEffects effects) implements PolicyOutcome {}

  /** No rule gave a value: the query is undefined for this input. */
  record Undefined() implements PolicyOutcome {}

  /**
   * The policy gave a value that is no decision.
   *
   * @param reason which part is wrong, for the log
   */
  record Malformed(String reason) implements PolicyOutcome {}

  /**
   * The policy could not be evaluated: a trap, too much memory or time, or no free instance.
   *
   * @param reason what happened, for the log
   */
  record Failed(String reason) implements PolicyOutcome {}

  /**
   * No policy is in force yet.
   *
   * @param reason why not, for the record
   */
  record Absent(String reason) implements PolicyOutcome {}
}
