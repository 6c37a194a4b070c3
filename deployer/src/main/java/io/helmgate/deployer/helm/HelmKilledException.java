package io.helmgate.deployer.helm;

/** The process that Helm ran in ended before Helm did; how far it came is not known. */
final class HelmKilledException extends RuntimeException {
  private static final long serialVersionUID = 1;

  HelmKilledException(String message) {
    super(message);
  }

  HelmKilledException(String message, Throwable cause) {
    super(message, cause);
  }
}
