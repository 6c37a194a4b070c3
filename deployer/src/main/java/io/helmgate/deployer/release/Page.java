package io.helmgate.deployer.release;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Some of many things, in order.
 *
 * @param next where the next page begins: after that one; empty on the last page
 */
public record Page<T>(List<T> items, Optional<String> next) {
  public Page {
    items = List.copyOf(items);
  }

  private record Placed<T, P>(T item, P place) {}

  /** The page of these that is wanted, in the order of their places, of which no two are alike. */
  public static <T> Page<T> of(
      Stream<T> all, Wanted wanted, Function<T, String> place, Comparator<String> order) {
    return of(all, wanted.size(), wanted.after(), place, order);
  }

  /**
   * The page of these that is wanted, in the order of their places.
   *
   * @param place where something stands, and no other; its text is what {@code next} holds
   * @param after the place to begin after, which need not be that of any
   */
  public static <T, P> Page<T> of(
      Stream<T> all, int size, Optional<P> after, Function<T, P> place, Comparator<P> order) {
    List<Placed<T, P>> left =
        all.map(item -> new Placed<>(item, place.apply(item)))
            .filter(each -> after.isEmpty() || order.compare(each.place(), after.get()) > 0)
            .sorted((a, b) -> order.compare(a.place(), b.place()))
            .limit(size + 1L)
            .toList();
    List<Placed<T, P>> page = left.subList(0, Math.min(size, left.size()));
    return new Page<>(
        page.stream().map(Placed::item).toList(),
        page.size() == left.size()
            ? Optional.empty()
            : Optional.of(page.getLast().place().toString()));
  }

  /** The same, with each thing changed. */
  public <R> Page<R> map(Function<T, R> change) {
    return new Page<>(items.stream().map(change).toList(), next);
  }

  /**
   * Which page.
   *
   * @param size at most so many
   * @param after the {@code next} of the page before; empty: the first page
   */
  public record Wanted(int size, Optional<String> after) {
    /** The same with fewer things at most. */
    public Wanted atMost(int limit) {
      return new Wanted(Math.min(size, limit), after);
    }
  }
}
