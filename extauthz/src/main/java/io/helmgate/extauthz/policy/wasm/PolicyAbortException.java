package io.helmgate.extauthz.policy.wasm;

/** The module called {@code opa_abort}: it can't go on, for example for want of memory. */
final class PolicyAbortException extends RuntimeException {

  PolicyAbortException(String message) {
    super(message);
  }
}
