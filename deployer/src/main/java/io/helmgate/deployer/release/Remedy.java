package io.helmgate.deployer.release;

/**
 * What follows when an upgrade fails once Helm has begun.
 *
 * @param rollback whether it is undone
 * @param retries how often it is tried again after that
 */
public record Remedy(boolean rollback, int retries) {
  /** Nothing. */
  public static final Remedy NONE = new Remedy(false, 0);
}
