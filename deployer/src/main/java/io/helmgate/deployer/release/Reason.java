package io.helmgate.deployer.release;

/** Why a call failed; named and meant like the gRPC codes of the same names. */
public enum Reason {
  INVALID_ARGUMENT,
  NOT_FOUND,
  ALREADY_EXISTS,
  FAILED_PRECONDITION,
  ABORTED,
  CANCELLED,
  PERMISSION_DENIED,
  RESOURCE_EXHAUSTED,
  UNAVAILABLE,
  DEADLINE_EXCEEDED,
  INTERNAL
}
