package io.helmgate.sandbox.process;

/** One of the things that the sandbox is made of; it can be stopped and started again. */
public interface Part extends AutoCloseable {
  String name();

  /** Starts it and returns when it answers; does nothing while it runs. */
  void start();

  /** Stops it gracefully, by force after a deadline; does nothing when it is stopped. */
  void stop();

  default void restart() {
    stop();
    start();
  }

  @Override
  default void close() {
    stop();
  }
}
