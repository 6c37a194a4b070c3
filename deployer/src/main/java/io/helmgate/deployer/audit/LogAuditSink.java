package io.helmgate.deployer.audit;

import com.google.rpc.Code;
import java.util.LinkedHashMap;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes each record as one event of the logger {@code io.helmgate.audit}, its facts as key-value
 * pairs; what a call does not say is left out.
 */
public final class LogAuditSink implements AuditSink {

  private static final Logger LOG = LoggerFactory.getLogger("io.helmgate.audit");

  @Override
  public void keep(AuditRecord entry) {
    var event = LOG.atInfo();
    for (var fact : facts(entry).entrySet()) {
      event = event.addKeyValue(fact.getKey(), fact.getValue());
    }
    event.log("{} {}", entry.action(), entry.outcome());
  }

  private static Map<String, Object> facts(AuditRecord entry) {
    var facts = new LinkedHashMap<String, Object>();
    facts.put("user", entry.caller().user());
    facts.put("groups", String.join(",", entry.caller().groups()));
    facts.put("decision_id", entry.caller().decisionId());
    facts.put("request_id", entry.requestId());
    facts.put("transport", entry.transport());
    facts.put("action", entry.action());
    facts.put("namespace", entry.target().namespace());
    facts.put("release", entry.target().release());
    facts.put("chart", entry.target().chart());
    facts.put("version", entry.target().version());
    facts.put("values_digest", entry.target().valuesDigest());
    facts.put("revision", entry.revision() == 0 ? "" : entry.revision());
    facts.put("chart_version", entry.chartVersion());
    facts.put("outcome", entry.outcome().name());
    facts.put("reason", entry.outcome() == Code.OK ? "" : entry.message());
    facts.put("duration_ms", entry.duration().toMillis());
    facts.values().removeIf(""::equals);
    return facts;
  }
}
