package io.helmgate.deployer.chart;

import com.google.re2j.PatternSyntaxException;
import io.helmgate.deployer.release.ChartMetadata;
import io.helmgate.deployer.release.ChartSource;
import io.helmgate.deployer.release.Charts;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configured repositories. */
public final class ChartRepositories implements Charts, ChartSource, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChartRepositories.class);

  private final Map<String, Repository> repositories = new TreeMap<>();
  private final ChartLimits limits;
  private final ArchiveCache cache;
  private final ScheduledExecutorService scheduler;
  private final RandomGenerator random;

  private ChartRepositories(
      ChartLimits limits,
      ArchiveCache cache,
      ScheduledExecutorService scheduler,
      RandomGenerator random) {
    this.limits = limits;
    this.cache = cache;
    this.scheduler = scheduler;
    this.random = random;
  }

  /**
   * Begins to read all indexes, and goes on doing so until the scheduler is shut down.
   *
   * @param cacheDirectory for archives; may outlive the process
   * @param scheduler does the reading; not closed here
   * @throws IOException when a repository's TLS files or the cache directory cannot be used
   */
  public static ChartRepositories start(
      List<RepositorySettings> settings,
      ChartLimits limits,
      Path cacheDirectory,
      ScheduledExecutorService scheduler,
      Clock clock,
      RandomGenerator random)
      throws IOException {
    ArchiveCache cache = new ArchiveCache(cacheDirectory, limits.cacheBytes(), clock);
    ChartRepositories all = new ChartRepositories(limits, cache, scheduler, random);
    for (RepositorySettings one : settings) {
      Repository repository = new Repository(one, new RepositoryClient(one, clock), limits, clock);
      all.repositories.put(one.name(), repository);
      all.refreshIn(repository, Duration.ZERO);
    }
    return all;
  }

  /** How each repository is, by name. */
  public List<RepositoryStatus> statuses() {
    return repositories.values().stream().map(Repository::status).toList();
  }

  /** Reads a repository's index now. */
  void refresh(String repository) {
    Optional.ofNullable(repositories.get(repository))
        .ifPresent(found -> found.refresh(limits.fetch()));
  }

  @Override
  public Outcome<List<ChartMetadata>> search(String term, boolean regex) {
    List<RepositoryIndex> indexes =
        repositories.values().stream().flatMap(one -> one.index().stream()).toList();
    if (indexes.isEmpty() && !repositories.isEmpty()) {
      return Outcome.failure(Reason.UNAVAILABLE, "charts: no repository's index could be read yet");
    }
    return matcher(term, regex)
        .map(
            wanted -> {
              List<ChartMetadata> found = new ArrayList<>();
              for (RepositoryIndex index : indexes) {
                for (List<IndexedChart> versions : index.charts().values()) {
                  versions.stream().map(IndexedChart::metadata).filter(wanted).forEach(found::add);
                }
              }
              return found;
            });
  }

  @Override
  public Outcome<FetchedChart> fetch(String chart, Optional<String> version, Duration timeout) {
    Duration time = timeout.compareTo(limits.fetch()) < 0 ? timeout : limits.fetch();
    if (time.isNegative() || time.isZero()) {
      return Outcome.failure(Reason.DEADLINE_EXCEEDED, "chart " + chart + ": not fetched in time");
    }
    int slash = chart.indexOf('/');
    Repository repository = repositories.get(chart.substring(0, Math.max(slash, 0)));
    if (repository == null) {
      return Outcome.failure(
          Reason.NOT_FOUND,
          "chart " + chart + ": no such repository (expected: REPO/NAME of a configured one)");
    }
    return repository
        .find(chart.substring(slash + 1), version, time)
        .flatMap(found -> archive(repository, found, time));
  }

  private Outcome<FetchedChart> archive(
      Repository repository, IndexedChart chart, Duration timeout) {
    String label = "chart " + chart.metadata().name() + " " + chart.metadata().version() + ": ";
    if (chart.digest().isEmpty() || chart.urls().isEmpty()) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION,
          label + "the index gives no SHA-256 digest or no URL (expected: both)");
    }
    String reference = chart.urls().getFirst();
    try {
      Optional<Path> kept = cache.get(chart.digest());
      Outcome<Path> archive =
          kept.isPresent()
              ? Outcome.success(kept.get())
              : repository
                  .client()
                  .archive(reference, limits.archiveBytes(), timeout)
                  .flatMap(download -> keep(label, chart, download));
      return archive.map(
          path ->
              new FetchedChart(
                  path,
                  chart.metadata().name(),
                  chart.metadata().version(),
                  "sha256:" + chart.digest(),
                  repository.client().shown(reference)));
    } catch (IOException e) {
      log.error("The cache of chart archives cannot be used", e);
      return Outcome.failure(Reason.INTERNAL, label + "cannot be kept on disk");
    }
  }

  private Outcome<Path> keep(String label, IndexedChart chart, RepositoryClient.Download download) {
    byte[] content = download.content().map(RepositoryClient.Bytes::value).orElse(new byte[0]);
    if (!ArchiveCache.digest(content).equals(chart.digest())) {
      return Outcome.failure(
          Reason.FAILED_PRECONDITION, label + "the archive's SHA-256 is not the one in the index");
    }
    try {
      ArchiveReader.read(new ByteArrayInputStream(content), (_, _) -> {});
      return Outcome.success(cache.put(chart.digest(), content));
    } catch (BadChartException e) {
      log.warn("{}its archive is bad", label, e);
      return Outcome.failure(Reason.FAILED_PRECONDITION, label + e.getMessage());
    } catch (IOException e) {
      log.error("{}cannot be kept on disk", label, e);
      return Outcome.failure(Reason.INTERNAL, label + "cannot be kept on disk");
    }
  }

  private static Outcome<Predicate<ChartMetadata>> matcher(String term, boolean regex) {
    if (!regex) {
      String wanted = term.toLowerCase(Locale.ROOT);
      return Outcome.success(chart -> text(chart).toLowerCase(Locale.ROOT).contains(wanted));
    }
    if (term.getBytes(StandardCharsets.UTF_8).length > 1000) {
      return Outcome.failure(
          Reason.INVALID_ARGUMENT, "term: too long (expected: at most 1000 bytes)");
    }
    try {
      com.google.re2j.Pattern pattern =
          com.google.re2j.Pattern.compile(term, com.google.re2j.Pattern.MULTILINE);
      return Outcome.success(chart -> pattern.matcher(text(chart)).find());
    } catch (PatternSyntaxException e) {
      return Outcome.failure(
          Reason.INVALID_ARGUMENT,
          "term: " + e.getDescription() + " (expected: an RE2 regular expression)");
    }
  }

  /** What is searched: each part on a line of its own, so that no match spans two. */
  private static String text(ChartMetadata chart) {
    return chart.name() + "\n" + String.join("\n", chart.keywords()) + "\n" + chart.description();
  }

  private void refreshIn(Repository repository, Duration delay) {
    try {
      var _ =
          scheduler.schedule(
              () -> refreshForEver(repository), delay.toMillis(), TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("No more indexes are read, since the service is stopping", e);
    }
  }

  private void refreshForEver(Repository repository) {
    try {
      repository.refresh(limits.fetch());
    } catch (RuntimeException e) {
      log.error("Chart repository {}: reading its index failed", repository.status().name(), e);
    }
    // Spread by a tenth, so that replicas do not ask all at once.
    long refresh = limits.refresh().toMillis();
    long spread = Math.max(1, refresh / 10);
    refreshIn(repository, Duration.ofMillis(refresh - spread + random.nextLong(2 * spread)));
  }

  @Override
  public void close() {
    repositories.values().forEach(Repository::close);
  }
}
