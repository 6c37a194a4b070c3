package io.helmgate.kit.lifecycle;

import java.time.Duration;

/** A started service, as the runner stops it. */
public interface RunningService extends AutoCloseable {

  /**
   * Turns readiness off, takes no new work and waits for the work under way.
   *
   * @param atMost how long to wait; what is left then is ended by {@link #close}
   */
  void drain(Duration atMost) throws InterruptedException;

  /** Ends what still runs and closes everything. */
  @Override
  void close();
}
