package io.helmgate.kit.lifecycle;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Closes what was opened, last first. A part that fails to close does not keep the others open.
 *
 * <p>Safe for use by several threads; closing twice closes nothing twice.
 */
public final class Closer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Closer.class);

  private record Part(String name, AutoCloseable step) {}

  private final Deque<Part> parts = new ArrayDeque<>();

  /** Takes a part to close, and hands it back. */
  public <T extends AutoCloseable> T register(String name, T part) {
    add(new Part(name, part));
    return part;
  }

  /** Takes a step to run for a part that is closed in another way. */
  public void onClose(String name, AutoCloseable step) {
    add(new Part(name, step));
  }

  private synchronized void add(Part part) {
    parts.push(part);
  }

  private synchronized @Nullable Part next() {
    return parts.poll();
  }

  /**
   * Closes all parts.
   *
   * @throws IllegalStateException the first failure, naming its part, with the others suppressed
   */
  @Override
  public void close() {
    IllegalStateException first = null;
    boolean interrupted = false;
    for (Part part = next(); part != null; part = next()) {
      long start = System.nanoTime();
      try {
        part.step().close();
      } catch (Exception e) {
        interrupted |= e instanceof InterruptedException;
        IllegalStateException failure = new IllegalStateException("not closed: " + part.name(), e);
        if (first == null) {
          first = failure;
        } else {
          first.addSuppressed(failure);
        }
      }
      LOG.debug("closed {} in {} ms", part.name(), (System.nanoTime() - start) / 1_000_000);
    }
    if (interrupted) {
      Thread.currentThread().interrupt();
    }
    if (first != null) {
      throw first;
    }
  }

  /** Closes all parts after a failure, which keeps those of closing as suppressed ones. */
  public void closeAfter(Exception failure) {
    try {
      close();
    } catch (IllegalStateException e) {
      failure.addSuppressed(e);
    }
  }
}
