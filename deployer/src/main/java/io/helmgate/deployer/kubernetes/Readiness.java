package io.helmgate.deployer.kubernetes;

/** How far an object is. */
sealed interface Readiness {
  /** It is ready. */
  record Ready() implements Readiness {}

  /**
   * It is not ready, but may become so.
   *
   * @param why what it still lacks, such as {@code 1 of 2 pods ready}
   */
  record NotYet(String why) implements Readiness {}

  /**
   * It will never become ready.
   *
   * @param why what happened to it
   */
  record Failed(String why) implements Readiness {}
}
