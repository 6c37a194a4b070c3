package io.helmgate.deployer.helm;

import java.time.Duration;

/**
 * Bounds of the engine.
 *
 * @param calls Helm runs at most so many at once; each holds a thread of the platform
 * @param queue so many more of each cluster may wait for their turn; one more is RESOURCE_EXHAUSTED
 * @param drain on close, running calls are waited for so long
 */
public record EngineLimits(int calls, int queue, Duration drain) {
  public EngineLimits {
    if (calls < 1 || queue < 1) {
      throw new IllegalArgumentException(
          "engine limits: " + calls + " calls, queue " + queue + " (expected: at least 1)");
    }
  }
}
