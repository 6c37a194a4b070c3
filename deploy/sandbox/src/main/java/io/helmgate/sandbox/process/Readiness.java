package io.helmgate.sandbox.process;

import java.io.IOException;

/** Tells whether a server answers yet. */
@FunctionalInterface
public interface Readiness {
  /**
   * Returns whether the server answers.
   *
   * @throws IOException when it can't be asked, which means no
   */
  boolean isReady() throws IOException, InterruptedException;
}
