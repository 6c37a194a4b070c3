package io.helmgate.extauthz.input;

import io.helmgate.extauthz.decision.Selection;

/** What a policy was asked. It is written when somebody wants to read it, by any thread. */
public interface InputDocument {

  /**
   * The document, JSON in UTF-8.
   *
   * @param wanted which parts are needed; more may be written
   */
  byte[] json(Selection wanted);

  /** Whether it describes a call of a known API; then the body is told twice. */
  boolean call();

  /** About how many bytes it keeps in memory, besides the request. */
  long weight();
}
