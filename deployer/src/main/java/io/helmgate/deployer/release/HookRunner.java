package io.helmgate.deployer.release;

import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;

/** Runs hooks that Helm is not to run itself. */
public interface HookRunner {
  /**
   * Runs the hooks of one event in order, as the caller, each until it has completed:
   * FAILED_PRECONDITION when one fails, DEADLINE_EXCEEDED when time is over.
   *
   * @param progress is told how they are, and may end the waiting for one
   * @param ran takes each run that has come to its end, the failed one too
   */
  Outcome<ReleaseRef> run(
      Caller caller,
      ReleaseRef ref,
      List<HelmHook> hooks,
      String event,
      Instant deadline,
      Progress progress,
      Consumer<HookRun> ran);
}
