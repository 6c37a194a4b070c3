package io.helmgate.deployer.audit;

import io.helmgate.deployer.release.Caller;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each record as one event of the logger {@code io.helmgate.audit}, its facts as key-value
 * pairs; empty ones are left out.
 */
final class AuditLog {

  private static final Logger LOG = LoggerFactory.getLogger("io.helmgate.audit");

  private AuditLog() {}

  /** The facts that each record begins with: whose call it was, and by which decision. */
  static Map<String, Object> of(Caller caller) {
    Map<String, Object> facts = new LinkedHashMap<>();
    facts.put("user", caller.user());
    facts.put("groups", String.join(",", caller.groups()));
    facts.put("decision_id", caller.decisionId());
    return facts;
  }

  static void write(String action, String outcome, Map<String, Object> facts) {
    var event = LOG.atInfo();
    for (var fact : facts.entrySet()) {
      if (!"".equals(fact.getValue())) {
        event = event.addKeyValue(fact.getKey(), fact.getValue());
      }
    }
    event.log("{} {}", action, outcome);
  }
}
