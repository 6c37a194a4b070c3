package io.helmgate.extauthz.decision;

import java.util.Map;

/**
 * A decision with what is said of it besides.
 *
 * @param id id of the decision, by which the record is found
 * @param decision the decision
 * @param metadata for Envoy's dynamic metadata; JSON values as plain Java ones
 */
public record Ruling(String id, Decision decision, Map<String, Object> metadata) {}
