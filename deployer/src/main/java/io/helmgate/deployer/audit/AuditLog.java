package io.helmgate.deployer.audit;

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
