package io.helmgate.extauthz.policy;

import io.helmgate.extauthz.decision.Selection;

/** A policy that answers requests. Implementations are safe for use by many threads. */
public interface Policy {

  /**
   * Evaluates the policy.
   *
   * @param inputJsonUtf8 the document that the policy sees as {@code input}, JSON in UTF-8
   * @return the decision; a fault in policy or engine is an outcome too, never an exception
   */
  PolicyOutcome decide(byte[] inputJsonUtf8);

  /** The parts of the input that it looks at; it decides alike when it gets only those. */
  default Selection reads() {
    return Selection.all();
  }

  /** What is in force now: the name of a version, or a digest over the policy's sources. */
  String revision();

  /** The name of the bundle that it comes from; empty when it comes from none. */
  default String bundle() {
    return "";
  }

  /** The version in force now, which stays the same for all questions about one request. */
  default Policy current() {
    return this;
  }
}
