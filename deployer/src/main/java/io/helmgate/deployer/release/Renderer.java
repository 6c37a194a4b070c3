package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Values;
import java.time.Duration;

/** Renders charts without a look at the cluster. */
public interface Renderer {

  /**
   * Renders a chart twice, once with its hooks.
   *
   * @param kubernetes version of the cluster
   * @param upgrade whether an existing release is to be changed
   */
  Outcome<Rendering> render(
      ReleaseRef ref,
      FetchedChart chart,
      Values values,
      String kubernetes,
      boolean upgrade,
      Duration timeout);
}
