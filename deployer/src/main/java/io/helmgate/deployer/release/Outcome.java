package io.helmgate.deployer.release;

import java.util.function.Function;

/** What came of a call. */
public sealed interface Outcome<T> {
  /** It was done. */
  record Success<T>(T value) implements Outcome<T> {}

  /**
   * It was not done, or not completely.
   *
   * @param message for the caller to read: no internals, no secrets
   */
  record Failure<T>(Reason reason, String message) implements Outcome<T> {}

  static <T> Outcome<T> success(T value) {
    return new Success<>(value);
  }

  static <T> Outcome<T> failure(Reason reason, String message) {
    return new Failure<>(reason, message);
  }

  default <R> Outcome<R> map(Function<? super T, ? extends R> change) {
    return flatMap(value -> success(change.apply(value)));
  }

  default <R> Outcome<R> flatMap(Function<? super T, Outcome<R>> next) {
    return switch (this) {
      case Success<T>(T value) -> next.apply(value);
      case Failure<T>(Reason reason, String message) -> failure(reason, message);
    };
  }
}
