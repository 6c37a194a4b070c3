package io.helmgate.deployer.cluster;

import io.helmgate.deployer.release.Page;
import java.util.Comparator;
import java.util.List;
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
    return Page.of(
        found.stream(),
        wanted.size(),
        wanted.after().map(Position::parse),
        each -> new Position(key.apply(each.item()), each.cluster()),
        Comparator.comparing(Position::key, keys).thenComparing(Position::cluster));
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
