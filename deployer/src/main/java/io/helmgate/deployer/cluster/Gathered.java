package io.helmgate.deployer.cluster;

import io.helmgate.deployer.release.Page;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * What several clusters had.
 *
 * @param unreachable the names of those that could not be asked
 */
public record Gathered<T>(List<Found<T>> found, List<String> unreachable) {
  public Gathered {
    found = List.copyOf(found);
    unreachable = unreachable.stream().distinct().sorted().toList();
  }

  /** The same, where more clusters could not be asked. */
  Gathered<T> without(List<String> others) {
    return new Gathered<>(found, Stream.concat(unreachable.stream(), others.stream()).toList());
  }

  /**
   * Those of a page, in order.
   *
   * @param key says where something stands among the others, whatever cluster it is on
   * @param keys the order of keys; clusters decide between the same ones
   */
  public Page<Found<T>> page(Page.Wanted wanted, Function<T, String> key, Comparator<String> keys) {
    Function<Found<T>, Position> position =
        each -> new Position(key.apply(each.item()), each.cluster());
    var order = Comparator.comparing(Position::key, keys).thenComparing(Position::cluster);
    var last = wanted.after().map(Position::parse);
    var left =
        found.stream()
            .filter(
                each -> last.filter(at -> order.compare(position.apply(each), at) <= 0).isEmpty())
            .sorted(Comparator.comparing(position, order))
            .toList();
    var page = left.subList(0, Math.min(wanted.size(), left.size()));
    return new Page<>(
        page,
        page.size() == left.size()
            ? Optional.empty()
            : Optional.of(position.apply(page.getLast()).toString()));
  }

  private record Position(String key, String cluster) {
    /** No name of a cluster has a slash. */
    static Position parse(String text) {
      int end = text.lastIndexOf('/');
      return new Position(text.substring(0, Math.max(0, end)), text.substring(end + 1));
    }

    @Override
    public String toString() {
      return key + "/" + cluster;
    }
  }
}
