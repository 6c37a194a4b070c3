package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;

/** Where operations are kept, for all replicas. Everything here is done as the service itself. */
public interface OperationStore {

  /** Keeps a new one: ALREADY_EXISTS when its name is taken. */
  Outcome<Operation> create(Operation operation);

  /** NOT_FOUND when it never was, or is no longer kept. */
  Outcome<Operation> get(OperationName name);

  /**
   * Changes one, whatever others change at the same time.
   *
   * @param change gives the changed one, the same one to change nothing, or why it must not be; may
   *     be asked again
   */
  Outcome<Operation> update(OperationName name, Function<Operation, Outcome<Operation>> change);

  /** Those of a namespace, or of all, on a release, or on all; in no order. */
  Outcome<List<Operation>> list(Optional<String> namespace, Optional<String> release);

  /** All that have ended, by their namespace, release and id alone. */
  Outcome<List<Ended>> ended();

  /** No longer keeps one. */
  Outcome<OperationName> delete(OperationName name);

  /**
   * Tells of each operation that changes in any replica, and of all now and then.
   *
   * @return ends it
   */
  AutoCloseable follow(Consumer<Operation> listener);

  /**
   * One that has ended.
   *
   * @param at when
   */
  record Ended(OperationName name, Instant at) {}
}
