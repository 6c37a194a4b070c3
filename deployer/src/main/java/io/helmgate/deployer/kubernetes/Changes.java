package io.helmgate.deployer.kubernetes;

import java.time.Duration;

/** Changes of what somebody waits for. */
@FunctionalInterface
interface Changes {
  /** Waits until there may be one since the last call; at most so long. */
  void await(Duration atMost) throws InterruptedException;
}
