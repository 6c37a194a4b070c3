package io.helmgate.deployer.audit;

/** Keeps audit records. */
public interface AuditSink {

  /** Keeps a record; does not throw and does not block on a remote. */
  void keep(AuditRecord entry);
}
