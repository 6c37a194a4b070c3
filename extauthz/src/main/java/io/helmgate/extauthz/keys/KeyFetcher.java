package io.helmgate.extauthz.keys;

import java.io.IOException;

/** Gets a published key set. */
@FunctionalInterface
interface KeyFetcher {

  /**
   * Gets the key set's text; blocks, but not for longer than its own time limit.
   *
   * @throws IOException when it cannot be had; the message says why and is fit for a log
   */
  byte[] fetch() throws IOException, InterruptedException;
}
