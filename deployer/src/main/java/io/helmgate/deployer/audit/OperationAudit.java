package io.helmgate.deployer.audit;

import io.helmgate.deployer.operation.Ending;
import io.helmgate.deployer.operation.Operation;
import io.helmgate.deployer.operation.OperationObserver;
import io.helmgate.deployer.release.Reason;
import java.time.Duration;
import java.util.Locale;

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
    facts.put("chart", operation.chart());
    facts.put("version", operation.chartVersion());
    facts.put("chart_digest", operation.chartDigest());
    if (operation.revision() > 0) {
      facts.put("revision_before", before(operation));
      facts.put("revision", after(operation));
    }
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

  /** Helm numbers revisions without gaps; 0 before the first. */
  private static int before(Operation operation) {
    return writesAnother(operation) ? operation.revision() - 1 : operation.revision();
  }

  /** 0 when nothing of the release is left. */
  private static int after(Operation operation) {
    return operation.ending().orElseThrow() instanceof Ending.Succeeded(var release)
            && release.isEmpty()
        ? 0
        : operation.revision();
  }

  private static boolean writesAnother(Operation operation) {
    return switch (operation.action()) {
      case INSTALL, UPGRADE, ROLLBACK -> true;
      case UNINSTALL, UNLOCK, TEST -> false;
    };
  }
}
