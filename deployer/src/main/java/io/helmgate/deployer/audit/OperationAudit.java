package io.helmgate.deployer.audit;

import io.helmgate.deployer.operation.Ending;
import io.helmgate.deployer.operation.Operation;
import io.helmgate.deployer.operation.OperationObserver;
import io.helmgate.deployer.release.ChartAnnotations;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRevision;
import java.time.Duration;
import java.util.Locale;
import java.util.Map;
import java.util.OptionalInt;

/**
 * Writes to the audit log how operations end, which is after the calls that asked for them were
 * answered; the operation's name stands in the records of both.
 */
public final class OperationAudit implements OperationObserver {

  private static final String OK = "OK";

  private final String cluster;

  /** For the operations on one cluster. */
  public OperationAudit(String cluster) {
    this.cluster = cluster;
  }

  @Override
  public void ended(Operation operation) {
    var facts = AuditLog.of(operation.caller());
    var ref = operation.name().release();
    facts.put("action", operation.action().name().toLowerCase(Locale.ROOT));
    facts.put("cluster", cluster);
    facts.put("namespace", ref.namespace());
    facts.put("release", ref.name());
    facts.put("operation", operation.name().id());
    chart(operation, facts);
    facts.put("values_digest", operation.valuesDigest());
    operation.revisions().before().ifPresent(before -> facts.put("revision_before", before));
    after(operation).ifPresent(after -> facts.put("revision", after));
    String outcome =
        switch (operation.ending().orElseThrow()) {
          case Ending.Succeeded _ -> OK;
          case Ending.Failed(Reason reason, var message, var _) -> {
            facts.put("reason", message);
            yield reason.name();
          }
        };
    facts.put("outcome", outcome);
    facts.put("duration_ms", Duration.between(operation.created(), operation.updated()).toMillis());
    AuditLog.write("operation " + facts.get("action"), outcome, facts);
  }

  /** Of a write that names no chart, the one of the release as it is then. */
  private static void chart(Operation operation, Map<String, Object> facts) {
    if (operation.chart().isEmpty()
        && operation.ending().orElseThrow() instanceof Ending.Succeeded(var release)
        && release.isPresent()) {
      var chart = release.get().chart();
      facts.put("chart", chart.name());
      facts.put("version", chart.version());
      facts.put(
          "chart_digest", chart.annotations().getOrDefault(ChartAnnotations.CHART_DIGEST, ""));
    } else {
      facts.put("chart", operation.chart());
      facts.put("version", operation.chartVersion());
      facts.put("chart_digest", operation.chartDigest());
    }
  }

  /** 0 when nothing of the release is left; empty when nothing is known to have been written. */
  private static OptionalInt after(Operation operation) {
    return switch (operation.ending().orElseThrow()) {
      case Ending.Succeeded(var release) ->
          OptionalInt.of(release.map(ReleaseRevision::revision).orElse(0));
      case Ending.Failed _ -> operation.revisions().written();
    };
  }
}
