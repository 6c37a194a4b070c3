package io.helmgate.deployer.helm;

/** Helm did not do what it was told; the message is its own, and may hold secrets. */
final class HelmFailedException extends RuntimeException {
  private static final long serialVersionUID = 1;

  HelmFailedException(String message) {
    super(message);
  }

  HelmFailedException(String message, Throwable cause) {
    super(message, cause);
  }
}
