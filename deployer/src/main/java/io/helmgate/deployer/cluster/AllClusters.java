package io.helmgate.deployer.cluster;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * Reads from several clusters at once. One that cannot answer is told of; one that does not let the
 * caller read is left out, like whatever else the caller may not read.
 *
 * @param <C> what reads from one
 */
public final class AllClusters<C> {
  private final NavigableMap<String, C> clusters;

  /**
   * @param clusters by their names
   */
  public AllClusters(Map<String, C> clusters) {
    this.clusters = new TreeMap<>(clusters);
  }

  private record Answer<T>(String cluster, Outcome<List<T>> outcome) {}

  /**
   * Asks all of them.
   *
   * @return UNAVAILABLE when none could answer, PERMISSION_DENIED when all refuse the caller
   */
  public <T> Outcome<Gathered<T>> ask(Function<C, Outcome<List<T>>> question) {
    return gathered(
        SideBySide.ask(
            List.copyOf(clusters.entrySet()),
            cluster -> new Answer<>(cluster.getKey(), question.apply(cluster.getValue()))));
  }

  /** Asks those on which something was found for more of it. */
  public <T, R> Outcome<Gathered<R>> askFor(
      List<Found<T>> found, BiFunction<C, List<T>, Outcome<List<R>>> question) {
    Map<String, List<T>> wanted = new LinkedHashMap<>();
    found.forEach(
        each -> wanted.computeIfAbsent(each.cluster(), _ -> new ArrayList<>()).add(each.item()));
    return gathered(
        SideBySide.ask(
            List.copyOf(wanted.entrySet()),
            each ->
                new Answer<>(
                    each.getKey(),
                    question.apply(
                        Objects.requireNonNull(clusters.get(each.getKey())), each.getValue()))));
  }

  private static <T> Outcome<Gathered<T>> gathered(List<Answer<T>> answers) {
    List<Found<T>> found = new ArrayList<>();
    List<String> unreachable = new ArrayList<>();
    Optional<Outcome<Gathered<T>>> refused = Optional.empty();
    boolean answered = answers.isEmpty();
    for (var answer : answers) {
      switch (answer.outcome()) {
        case Outcome.Success<List<T>>(var items) -> {
          answered = true;
          items.forEach(item -> found.add(new Found<>(answer.cluster(), item)));
        }
        case Outcome.Failure<List<T>>(Reason reason, String message, var violations) -> {
          if (passing(reason)) {
            unreachable.add(answer.cluster());
          } else if (reason == Reason.PERMISSION_DENIED) {
            refused = Optional.of(Outcome.failure(reason, message));
          } else {
            return new Outcome.Failure<>(reason, message, violations);
          }
        }
      }
    }
    if (answered) {
      return Outcome.success(new Gathered<>(found, unreachable));
    }
    return unreachable.isEmpty()
        ? refused.orElseThrow()
        : Outcome.failure(
            Reason.UNAVAILABLE, "no cluster can be read from: " + String.join(", ", unreachable));
  }

  private static boolean passing(Reason reason) {
    return reason == Reason.UNAVAILABLE
        || reason == Reason.DEADLINE_EXCEEDED
        || reason == Reason.RESOURCE_EXHAUSTED;
  }
}
