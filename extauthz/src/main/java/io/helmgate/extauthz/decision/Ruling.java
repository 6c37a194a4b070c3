package io.helmgate.extauthz.decision;

import java.util.Map;

/**
 * A decision with what is said of it besides.
 *
 * @param id id of the decision, by which the record is found
 * @param decision the decision
 * @param metadata for Envoy's dynamic metadata; JSON values as plain Java ones
 * @param form how the body of a refusal is written that has none yet
 */
public record Ruling(String id, Decision decision, Map<String, Object> metadata, ReplyForm form) {

  /** A ruling in Envoy's own form. */
  public Ruling(String id, Decision decision, Map<String, Object> metadata) {
    this(id, decision, metadata, ReplyForm.TEXT);
  }
}
