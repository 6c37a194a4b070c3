package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Outcome;
import java.util.Optional;

/**
 * What came of a write whose call has waited for it.
 *
 * @param operation that carried it out; empty when none was started
 */
public record Awaited<T>(Optional<OperationName> operation, Outcome<T> outcome) {}
