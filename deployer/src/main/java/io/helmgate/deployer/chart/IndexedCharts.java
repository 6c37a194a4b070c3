package io.helmgate.deployer.chart;

import io.helmgate.deployer.catalog.ChartCatalog;
import io.helmgate.deployer.catalog.ChartContents;
import io.helmgate.deployer.catalog.ChartDetails;
import io.helmgate.deployer.catalog.ChartListing;
import io.helmgate.deployer.catalog.ChartQuery;
import io.helmgate.deployer.catalog.ChartRef;
import io.helmgate.deployer.catalog.Provenance;
import io.helmgate.deployer.release.ChartMetadata;
import io.helmgate.deployer.release.Charts;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.Reason;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Answers from the indexes in memory. */
final class IndexedCharts implements ChartCatalog, Charts {
  /** A search without pages answers with so many at most, some KiB each. */
  private static final int MAX_FOUND = 5_000;

  private final ChartRepositories repositories;
  private final ChartArchives archives;
  private final Duration timeout;

  /**
   * Answers for repositories.
   *
   * @param timeout for what must be fetched
   */
  IndexedCharts(ChartRepositories repositories, ChartArchives archives, Duration timeout) {
    this.repositories = repositories;
    this.archives = archives;
    this.timeout = timeout;
  }

  @Override
  public Outcome<List<ChartMetadata>> search(String term, boolean regex) {
    return ChartSearch.of("term", term, regex)
        .flatMap(search -> indexes(Optional.empty()).flatMap(indexes -> found(indexes, search)));
  }

  private static Outcome<List<ChartMetadata>> found(
      List<RepositoryIndex> indexes, ChartSearch search) {
    List<ChartMetadata> found =
        indexes.stream()
            .flatMap(index -> index.charts().values().stream())
            .flatMap(List::stream)
            .filter(chart -> search.rank(chart).isPresent())
            .limit(MAX_FOUND + 1)
            .map(IndexedChart::metadata)
            .toList();
    return found.size() <= MAX_FOUND
        ? Outcome.success(found)
        : Outcome.failure(
            Reason.RESOURCE_EXHAUSTED,
            "term: more than %d chart versions fit (expected: a narrower term, or ListCharts)"
                .formatted(MAX_FOUND));
  }

  @Override
  public Outcome<Page<ChartListing>> charts(ChartQuery query, Page.Wanted wanted) {
    return ChartSearch.of("search", query.search(), query.regex())
        .flatMap(
            search ->
                indexes(query.repository())
                    .flatMap(indexes -> SearchPages.page(hits(indexes, query, search), wanted)));
  }

  private static Stream<SearchPages.Hit> hits(
      List<RepositoryIndex> indexes, ChartQuery query, ChartSearch search) {
    return indexes.stream()
        .flatMap(index -> index.charts().values().stream())
        .flatMap(
            versions -> {
              Stream<IndexedChart> some =
                  versions.stream().filter(chart -> query.preReleases() || chart.stable());
              return query.allVersions() ? some : some.limit(1);
            })
        .flatMap(
            chart ->
                search.rank(chart).stream().mapToObj(rank -> new SearchPages.Hit(rank, chart)));
  }

  @Override
  public Outcome<Page<ChartListing>> versions(ChartRef ref, Page.Wanted wanted) {
    return repositories
        .named(ref.repository())
        .flatMap(Repository::index)
        .flatMap(
            index -> {
              List<IndexedChart> versions = index.charts().getOrDefault(ref.name(), List.of());
              return versions.isEmpty()
                  ? Outcome.failure(Reason.NOT_FOUND, "chart " + ref.chart() + ": not found")
                  : SearchPages.page(
                      versions.stream().map(chart -> new SearchPages.Hit(0, chart)), wanted);
            });
  }

  @Override
  public Outcome<ChartDetails> version(ChartRef ref, Set<ChartDetails.Part> parts) {
    return repositories
        .named(ref.repository())
        .flatMap(
            repository ->
                repository
                    .find(ref.name(), ref.version(), timeout)
                    .flatMap(found -> repository.source().complete(found, timeout))
                    .flatMap(chart -> details(repository, chart, parts)));
  }

  private Outcome<ChartDetails> details(
      Repository repository, IndexedChart chart, Set<ChartDetails.Part> parts) {
    Outcome<Optional<ChartContents>> contents =
        parts.contains(ChartDetails.Part.CONTENTS)
            ? contents(repository, chart).map(Optional::of)
            : Outcome.success(Optional.empty());
    return contents.flatMap(
        read -> {
          Outcome<Optional<Provenance>> provenance =
              parts.contains(ChartDetails.Part.PROVENANCE)
                  ? archives.provenance(repository, chart, timeout).map(Optional::of)
                  : Outcome.success(Optional.empty());
          return provenance.map(proven -> new ChartDetails(chart.listing(), read, proven));
        });
  }

  private Outcome<ChartContents> contents(Repository repository, IndexedChart chart) {
    return archives
        .original(repository, chart, timeout)
        .flatMap(
            archive -> {
              try {
                return Outcome.success(ContentsReader.read(archive));
              } catch (BadChartException e) {
                return Outcome.failure(Reason.FAILED_PRECONDITION, chart.label() + e.getMessage());
              } catch (IOException e) {
                return Outcome.failure(
                    Reason.UNAVAILABLE, chart.label() + "its archive was just evicted; try again");
              }
            });
  }

  /** The indexes at hand; UNAVAILABLE when there should be one and is none. */
  private Outcome<List<RepositoryIndex>> indexes(Optional<String> repository) {
    if (repository.isPresent()) {
      return repositories.named(repository.get()).flatMap(Repository::index).map(List::of);
    }
    List<RepositoryIndex> indexes = new ArrayList<>();
    for (Repository one : repositories.all()) {
      if (one.index() instanceof Outcome.Success<RepositoryIndex>(RepositoryIndex index)) {
        indexes.add(index);
      }
    }
    return indexes.isEmpty() && !repositories.all().isEmpty()
        ? Outcome.failure(Reason.UNAVAILABLE, "charts: no repository's index could be read yet")
        : Outcome.success(indexes);
  }
}
