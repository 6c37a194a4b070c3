package io.helmgate.deployer.audit;

import com.google.rpc.Code;
import java.util.Map;

/** Writes the record of each call to the audit log. */
public final class LogAuditSink implements AuditSink {

  @Override
  public void keep(AuditRecord entry) {
    AuditLog.write(entry.action(), entry.outcome().name(), facts(entry));
  }

  private static Map<String, Object> facts(AuditRecord entry) {
    var facts = AuditLog.of(entry.caller());
    facts.put("request_id", entry.requestId());
    facts.put("transport", entry.transport());
    facts.put("action", entry.action());
    facts.put("cluster", entry.target().cluster());
    facts.put("namespace", entry.target().namespace());
    facts.put("release", entry.target().release());
    facts.put("chart", entry.target().chart());
    facts.put("version", entry.target().version());
    facts.put("values_digest", entry.target().valuesDigest());
    facts.put("revision", entry.revision() == 0 ? "" : entry.revision());
    facts.put("chart_version", entry.chartVersion());
    facts.put("outcome", entry.outcome().name());
    facts.put("reason", entry.outcome() == Code.OK ? "" : entry.message());
    facts.put("operation", entry.operation());
    facts.put("duration_ms", entry.duration().toMillis());
    return facts;
  }
}
