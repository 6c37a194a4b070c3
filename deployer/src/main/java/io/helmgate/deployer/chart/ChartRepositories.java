package io.helmgate.deployer.chart;

import io.helmgate.deployer.catalog.ChartCatalog;
import io.helmgate.deployer.catalog.RepositoryCatalog;
import io.helmgate.deployer.catalog.RepositoryInfo;
import io.helmgate.deployer.release.ChartSource;
import io.helmgate.deployer.release.Charts;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.Reason;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The configured repositories. */
public final class ChartRepositories implements ChartSource, RepositoryCatalog, AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(ChartRepositories.class);

  private final Map<String, Repository> repositories = new TreeMap<>();
  private final ChartLimits limits;
  private final ChartArchives archives;
  private final IndexedCharts charts;
  private final ScheduledExecutorService scheduler;
  private final RandomGenerator random;

  /** A repository that does not answer keeps its own thread waiting, not the scheduler's. */
  private final ExecutorService readers =
      Executors.newThreadPerTaskExecutor(Thread.ofVirtual().name("chart-index-", 0).factory());

  private ChartRepositories(
      ChartLimits limits,
      ChartArchives archives,
      ScheduledExecutorService scheduler,
      RandomGenerator random) {
    this.limits = limits;
    this.archives = archives;
    this.charts = new IndexedCharts(this, archives, limits.fetch());
    this.scheduler = scheduler;
    this.random = random;
  }

  /**
   * Begins to read all indexes, and goes on doing so until the scheduler is shut down.
   *
   * @param cacheDirectory for archives; may outlive the process
   * @param scheduler says when; not closed here
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
    ChartRepositories all =
        new ChartRepositories(limits, new ChartArchives(cache), scheduler, random);
    for (RepositorySettings one : settings) {
      Repository repository = new Repository(one, source(one, limits, clock), keys(one), clock);
      all.repositories.put(one.name(), repository);
      all.refreshIn(repository, Duration.ZERO);
    }
    return all;
  }

  private static RepositorySource source(
      RepositorySettings settings, ChartLimits limits, Clock clock) throws IOException {
    RepositoryClient client = new RepositoryClient(settings, clock);
    return settings.isOci()
        ? new OciSource(settings, client, limits)
        : new HttpSource(settings.name(), client, limits);
  }

  private static Optional<Keyring> keys(RepositorySettings settings) throws IOException {
    Optional<Path> file = settings.signatures().keyring();
    return file.isPresent() ? Optional.of(Keyring.read(file.get())) : Optional.empty();
  }

  /** The charts that they have. */
  public ChartCatalog catalog() {
    return charts;
  }

  /** The same for upstream's contract. */
  public Charts charts() {
    return charts;
  }

  Collection<Repository> all() {
    return repositories.values();
  }

  Outcome<Repository> named(String name) {
    return Optional.ofNullable(repositories.get(name))
        .map(Outcome::success)
        .orElseGet(
            () -> Outcome.failure(Reason.NOT_FOUND, "chart repository " + name + ": not found"));
  }

  /** How each repository is, by name. */
  public List<RepositoryInfo> infos() {
    return repositories.values().stream().map(Repository::info).toList();
  }

  @Override
  public Page<RepositoryInfo> repositories(Page.Wanted wanted) {
    return Page.of(
            repositories.values().stream(), wanted, Repository::name, Comparator.naturalOrder())
        .map(Repository::info);
  }

  @Override
  public Outcome<RepositoryInfo> repository(String name) {
    return named(name).map(Repository::info);
  }

  @Override
  public Outcome<RepositoryInfo> refresh(String name) {
    return named(name)
        .map(
            repository -> {
              repository.refresh(limits.fetch());
              return repository.info();
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
    Deadline deadline = Deadline.in(time);
    return repository
        .find(chart.substring(slash + 1), version, time)
        .flatMap(found -> repository.source().complete(found, deadline.left()))
        .flatMap(found -> fetched(repository, found, deadline));
  }

  private Outcome<FetchedChart> fetched(
      Repository repository, IndexedChart chart, Deadline deadline) {
    return archives
        .original(repository, chart, deadline.left())
        .flatMap(path -> archives.vouched(repository, chart, path, deadline.left()))
        .map(
            path ->
                new FetchedChart(
                    path,
                    chart.chart(),
                    chart.metadata().version(),
                    chart.listing().digest(),
                    repository.source().shown(chart)));
  }

  private void refreshIn(Repository repository, Duration delay) {
    try {
      var _ =
          scheduler.schedule(
              () -> readers.execute(() -> refreshForEver(repository)),
              delay.toMillis(),
              TimeUnit.MILLISECONDS);
    } catch (RejectedExecutionException e) {
      log.debug("No more indexes are read, since the service is stopping", e);
    }
  }

  private void refreshForEver(Repository repository) {
    try {
      repository.refresh(limits.fetch());
    } catch (RuntimeException e) {
      log.error("Chart repository {}: reading its index failed", repository.name(), e);
    }
    // Spread by a tenth, so that replicas do not ask all at once.
    long refresh = limits.refresh().toMillis();
    long spread = Math.max(1, refresh / 10);
    refreshIn(repository, Duration.ofMillis(refresh - spread + random.nextLong(2 * spread)));
  }

  @Override
  public void close() {
    readers.shutdownNow();
    repositories.values().forEach(Repository::close);
  }
}
