package io.helmgate.deployer.operation;

/** Is told how operations end, once for each, by the replica that wrote the end down. */
public interface OperationObserver {

  /** An operation has ended; does not throw and does not block on a remote. */
  void ended(Operation operation);
}
