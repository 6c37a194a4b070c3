package io.helmgate.deployer.release;

import java.time.Instant;
import java.util.List;

/** Runs hooks that Helm is not to run itself. */
public interface HookRunner {
  /**
   * Runs the hooks of one event in order, as the caller, each until it has completed:
   * FAILED_PRECONDITION when one fails, DEADLINE_EXCEEDED when time is over.
   */
  Outcome<ReleaseRef> run(
      Caller caller, ReleaseRef ref, List<HelmHook> hooks, String event, Instant deadline);
}
