package io.helmgate.deployer.chart;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Predicate;

/**
 * What a repository has.
 *
 * @param charts the versions of each chart, newest first, by the chart's own name
 */
record RepositoryIndex(Map<String, List<IndexedChart>> charts) {

  /** Sorts the versions; charts without any are left out. */
  static RepositoryIndex of(Map<String, List<IndexedChart>> charts) {
    Map<String, List<IndexedChart>> sorted = new TreeMap<>();
    charts.forEach(
        (name, versions) -> {
          if (!versions.isEmpty()) {
            sorted.put(
                name,
                versions.stream()
                    .sorted(Comparator.comparing(IndexedChart::version).reversed())
                    .toList());
          }
        });
    return new RepositoryIndex(sorted);
  }

  /**
   * Finds a version of a chart.
   *
   * @param version exact; empty: the newest stable one
   */
  Optional<IndexedChart> find(String name, Optional<String> version) {
    Predicate<IndexedChart> wanted =
        version
            .<Predicate<IndexedChart>>map(exact -> one -> one.metadata().version().equals(exact))
            .orElse(IndexedChart::stable);
    return charts.getOrDefault(name, List.of()).stream().filter(wanted).findFirst();
  }

  int versionCount() {
    return charts.values().stream().mapToInt(List::size).sum();
  }
}
