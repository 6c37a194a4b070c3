package io.helmgate.deployer.release;

import java.util.List;
import java.util.function.Function;
import java.util.function.UnaryOperator;

/** What came of a call. */
public sealed interface Outcome<T> {
  /** It was done. */
  record Success<T>(T value) implements Outcome<T> {}

  /**
   * It was not done, or not completely.
   *
   * @param message for the caller to read: no internals, no secrets
   * @param violations the parts of the request at fault, when they can be named
   */
  record Failure<T>(Reason reason, String message, List<Violation> violations)
      implements Outcome<T> {
    public Failure {
      violations = List.copyOf(violations);
    }

    public Failure(Reason reason, String message) {
      this(reason, message, List.of());
    }
  }

  static <T> Outcome<T> success(T value) {
    return new Success<>(value);
  }

  static <T> Outcome<T> failure(Reason reason, String message) {
    return new Failure<>(reason, message);
  }

  /** A request that breaks rules; the message names the first. */
  static <T> Outcome<T> invalid(String message, List<Violation> violations) {
    return new Failure<>(Reason.INVALID_ARGUMENT, message, violations);
  }

  default <R> Outcome<R> map(Function<? super T, ? extends R> change) {
    return flatMap(value -> success(change.apply(value)));
  }

  /** The same, with what its failure says changed. */
  default Outcome<T> saying(UnaryOperator<String> change) {
    return switch (this) {
      case Success<T> success -> success;
      case Failure<T>(Reason reason, String message, var violations) ->
          new Failure<>(
              reason,
              change.apply(message),
              violations.stream()
                  .map(each -> new Violation(each.field(), change.apply(each.description())))
                  .toList());
    };
  }

  /** The same, where a failure for this reason counts as a success with another value. */
  default Outcome<T> recover(Reason from, T instead) {
    return this instanceof Failure<T>(Reason reason, String _, var _) && reason == from
        ? success(instead)
        : this;
  }

  default <R> Outcome<R> flatMap(Function<? super T, Outcome<R>> next) {
    return switch (this) {
      case Success<T>(T value) -> next.apply(value);
      case Failure<T>(Reason reason, String message, var violations) ->
          new Failure<>(reason, message, violations);
    };
  }
}
