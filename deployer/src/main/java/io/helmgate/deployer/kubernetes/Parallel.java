package io.helmgate.deployer.kubernetes;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.function.Function;

/** Does the same with many things side by side. */
record Parallel(ExecutorService workers) {

  /** What came of all, in their order, or the first failure. */
  <T, R> Outcome<List<R>> all(List<T> things, Function<T, Outcome<R>> work) {
    List<Future<Outcome<R>>> running =
        things.stream().map(thing -> workers.submit(() -> work.apply(thing))).toList();
    List<R> results = new ArrayList<>();
    for (Future<Outcome<R>> each : running) {
      switch (result(each)) {
        case Outcome.Success<R>(R result) -> results.add(result);
        case Outcome.Failure<R>(Reason reason, String message, var violations) -> {
          running.forEach(other -> other.cancel(true));
          return new Outcome.Failure<>(reason, message, violations);
        }
      }
    }
    return Outcome.success(results);
  }

  private static <R> Outcome<R> result(Future<Outcome<R>> future) {
    try {
      return future.get();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return Outcome.failure(Reason.UNAVAILABLE, "the service is stopping");
    } catch (ExecutionException e) {
      throw new IllegalStateException("a request to the cluster broke", e.getCause());
    }
  }
}
