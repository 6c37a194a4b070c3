package io.helmgate.deployer.operation;

import io.helmgate.deployer.operation.Operations.Started;
import io.helmgate.deployer.release.Outcome;
import java.util.Optional;
import java.util.function.Function;

/**
 * What came of a write whose call has waited for it.
 *
 * @param operation that carried it out; empty when none was started
 */
public record Awaited<T>(Optional<OperationName> operation, Outcome<T> outcome) {

  /** What came of a write that was started, or why it was not. */
  public static <T> Awaited<T> of(Outcome<Started> started, Function<Started, Outcome<T>> waiting) {
    return new Awaited<>(
        started instanceof Outcome.Success<Started>(Started(var operation, var _))
            ? Optional.of(operation.name())
            : Optional.empty(),
        started.flatMap(waiting));
  }
}
