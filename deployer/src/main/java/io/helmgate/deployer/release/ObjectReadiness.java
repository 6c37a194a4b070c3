package io.helmgate.deployer.release;

import java.time.Instant;

/** Waits for objects on the cluster. */
public interface ObjectReadiness {
  /**
   * Waits until all objects of a manifest are ready, in the meaning of {@code helm --wait
   * --wait-for-jobs}: DEADLINE_EXCEEDED naming one that is not, FAILED_PRECONDITION when one never
   * will be.
   *
   * @param progress is told how the objects are, and may end the waiting
   */
  Outcome<ReleaseRef> await(
      Caller caller, ReleaseRef ref, String manifest, Instant deadline, Progress progress);
}
