package io.helmgate.deployer.helm;

import java.io.IOException;
import java.util.concurrent.CompletableFuture;

/** Where Helm's library runs. */
public interface HelmRuntime extends AutoCloseable {

  /**
   * Makes a call, and blocks until it is over.
   *
   * @param stop ends the call by force when it completes; has no effect where {@link #stopsCalls}
   *     says no
   * @return what was rendered, or a report for people
   * @throws HelmFailedException with Helm's words
   * @throws HelmKilledException when it was ended by force
   * @throws IOException when it could not be begun
   */
  String run(HelmCall call, CompletableFuture<?> stop) throws IOException;

  /** Whether a call can be ended by force. */
  boolean stopsCalls();

  /** Ends all that runs. */
  @Override
  void close();
}
