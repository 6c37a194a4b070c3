package io.helmgate.deployer.kubernetes;

import java.time.Duration;

/** Lets time pass between two looks at the cluster. */
@FunctionalInterface
public interface Pause {
  void pause(Duration duration) throws InterruptedException;
}
