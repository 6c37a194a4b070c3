package io.helmgate.extauthz.policy.wasm;

/** A module that compiled but can't run here; the message says what it needs. */
public final class UnsupportedPolicyException extends Exception {

  UnsupportedPolicyException(String message) {
    super(message);
  }

  UnsupportedPolicyException(String message, Throwable cause) {
    super(message, cause);
  }
}
