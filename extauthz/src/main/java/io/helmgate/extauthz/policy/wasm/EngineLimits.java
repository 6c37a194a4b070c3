package io.helmgate.extauthz.policy.wasm;

import java.time.Duration;

/**
 * What evaluations may use.
 *
 * @param instances how many evaluations run at once; each instance holds about 1 MiB
 * @param borrowDeadline how long an evaluation waits for a free instance
 * @param evaluationDeadline how long an evaluation may run before it is stopped
 * @param maxMemoryBytes most memory that an instance may have during an evaluation, data included
 * @param retainedMemoryBytes an instance that grew by more than this is not used again, since
 *     WebAssembly memory never shrinks
 */
public record EngineLimits(
    int instances,
    Duration borrowDeadline,
    Duration evaluationDeadline,
    long maxMemoryBytes,
    long retainedMemoryBytes) {

  /** The limits that fit a process with this many processors. */
  public static EngineLimits forProcessors(int processors) {
    return new EngineLimits(
        Math.max(4, 2 * processors),
        Duration.ofMillis(250),
        Duration.ofSeconds(1),
        256L << 20,
        16L << 20);
  }
}
