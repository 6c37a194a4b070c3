package io.helmgate.sandbox.process;

/** The sandbox can't do what was asked, for a reason outside its code. */
public final class SandboxException extends RuntimeException {
  public SandboxException(String message) {
    super(message);
  }

  public SandboxException(String message, Throwable cause) {
    super(message, cause);
  }
}
