package io.helmgate.deployer.release;

import java.time.Duration;

/** Runs Helm. */
public interface HelmEngine {
  /** What Helm may take beyond its timeout to notice it and write its record. */
  Duration GRACE = Duration.ofSeconds(5);

  /**
   * Runs one command as the caller and returns when Helm has stored its result; it does not wait
   * for objects to become ready, but it does wait for hooks.
   *
   * @param timeout for queueing, hooks and Helm's own calls together. After DEADLINE_EXCEEDED the
   *     command may still be running
   * @param progress is asked on the last moment before Helm begins, and may then still stop it
   */
  Outcome<ReleaseRef> run(
      Caller caller, EngineCommand command, Duration timeout, Progress progress);

  /** Runs a command that nobody follows. */
  default Outcome<ReleaseRef> run(Caller caller, EngineCommand command, Duration timeout) {
    return run(caller, command, timeout, Progress.UNWATCHED);
  }
}
