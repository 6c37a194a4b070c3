package io.helmgate.deployer.chart;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One repository: its client, and its index as last read; the last good one is kept. */
final class Repository implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Repository.class);

  /** A version that is not found makes the index be read again, but not more often than this. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  private record Loaded(RepositoryIndex index, String etag) {}

  private final RepositorySettings settings;
  private final RepositoryClient client;
  private final ChartLimits limits;
  private final Clock clock;
  private volatile @Nullable Loaded loaded;
  private volatile Instant checked = Instant.EPOCH;
  private volatile String problem = "its index has not been read yet";

  Repository(
      RepositorySettings settings, RepositoryClient client, ChartLimits limits, Clock clock) {
    this.settings = settings;
    this.client = client;
    this.limits = limits;
    this.clock = clock;
  }

  RepositoryClient client() {
    return client;
  }

  RepositoryStatus status() {
    return new RepositoryStatus(settings.name(), loaded != null, checked, problem);
  }

  /** The index at hand; empty until one was read. */
  Optional<RepositoryIndex> index() {
    return Optional.ofNullable(loaded).map(Loaded::index);
  }

  /** Finds a version, reading the index again when it is not at hand. */
  Outcome<IndexedChart> find(String name, Optional<String> version, Duration timeout) {
    Optional<IndexedChart> known = index().flatMap(index -> index.find(name, version));
    if (known.isPresent()) {
      return Outcome.success(known.get());
    }
    return refreshedUnlessFresh(timeout)
        .flatMap(
            index ->
                index
                    .find(name, version)
                    .map(Outcome::success)
                    .orElseGet(
                        () -> Outcome.failure(Reason.NOT_FOUND, missing(index, name, version))));
  }

  private synchronized Outcome<RepositoryIndex> refreshedUnlessFresh(Duration timeout) {
    Optional<RepositoryIndex> index = index();
    if (index.isPresent() && clock.instant().isBefore(checked.plus(FRESH))) {
      return Outcome.success(index.get());
    }
    Outcome<RepositoryIndex> refreshed = refresh(timeout);
    return index.isPresent() && refreshed instanceof Outcome.Failure<RepositoryIndex>
        ? Outcome.success(index.get())
        : refreshed;
  }

  /** Reads the index when it has changed. */
  synchronized Outcome<RepositoryIndex> refresh(Duration timeout) {
    Loaded old = loaded;
    String etag = old == null ? "" : old.etag();
    Outcome<RepositoryIndex> read =
        client.index(etag, limits.indexBytes(), timeout).flatMap(download -> take(old, download));
    checked = clock.instant();
    problem =
        read instanceof Outcome.Failure<RepositoryIndex>(Reason _, String message, var _)
            ? message
            : "";
    return read;
  }

  private Outcome<RepositoryIndex> take(@Nullable Loaded old, RepositoryClient.Download download) {
    if (download.content().isEmpty()) {
      return old == null
          ? Outcome.failure(Reason.UNAVAILABLE, text("gives no index"))
          : Outcome.success(old.index());
    }
    try {
      RepositoryIndex index =
          RepositoryIndex.parse(settings.name(), download.content().get().value());
      loaded = new Loaded(index, download.etag());
      log.info("Chart repository {}: read {} charts", settings.name(), index.charts().size());
      return Outcome.success(index);
    } catch (BadChartException e) {
      log.warn("Chart repository {}: its index is bad", settings.name(), e);
      return Outcome.failure(Reason.FAILED_PRECONDITION, text(String.valueOf(e.getMessage())));
    }
  }

  private String missing(RepositoryIndex index, String name, Optional<String> version) {
    String chart = "chart " + settings.name() + "/" + name;
    if (!index.charts().containsKey(name)) {
      return chart + ": not found";
    }
    return version
        .map(wanted -> chart + ": version " + wanted + " not found")
        .orElse(chart + ": has pre-releases only (expected: a version to be named)");
  }

  private String text(String what) {
    return "chart repository " + settings.name() + ": " + what;
  }

  @Override
  public void close() {
    client.close();
  }
}
