package io.helmgate.extauthz.policy.wasm.builtin;

/**
 * A builtin refuses its operands. Rego makes such a call undefined, so this is an everyday outcome
 * and carries no stack trace.
 */
public final class BuiltinError extends RuntimeException {

  BuiltinError(String message) {
    super(message, null, false, false);
  }
}
