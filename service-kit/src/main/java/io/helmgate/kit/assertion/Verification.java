package io.helmgate.kit.assertion;

/** What became of an assertion. */
public sealed interface Verification {

  /** It is genuine and in force. */
  record Verified(Assertion assertion) implements Verification {}

  /**
   * It must not be believed.
   *
   * @param reason why, for the log; holds nothing of the assertion's content
   */
  record Rejected(String reason) implements Verification {}
}
