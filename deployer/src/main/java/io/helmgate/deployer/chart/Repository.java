package io.helmgate.deployer.chart;

import io.helmgate.deployer.catalog.RepositoryInfo;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.net.URI;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** One repository: its source, and its index as last read; the last good one is kept. */
final class Repository implements AutoCloseable {
  private static final Logger log = LoggerFactory.getLogger(Repository.class);

  /** An index that lacks what somebody wants is read again, but not more often than this. */
  private static final Duration FRESH = Duration.ofSeconds(10);

  /**
   * How the last refresh went; replaced as a whole.
   *
   * @param confirmed when the index was last known to be the newest
   * @param problem empty when it went well
   */
  private record State(
      @Nullable RepositoryIndex index,
      @Nullable Instant checked,
      @Nullable Instant confirmed,
      String problem) {}

  private final RepositorySettings settings;
  private final RepositorySource source;
  private final Optional<Keyring> keys;
  private final Clock clock;
  private final ReentrantLock reading = new ReentrantLock();

  /** When the last reading began, by {@link System#nanoTime}; guarded by the lock. */
  private long begun = System.nanoTime();

  private volatile State state = new State(null, null, null, "its index has not been read yet");

  /**
   * Reads nothing yet.
   *
   * @param keys those that may sign its charts
   */
  Repository(
      RepositorySettings settings, RepositorySource source, Optional<Keyring> keys, Clock clock) {
    this.settings = settings;
    this.source = source;
    this.keys = keys;
    this.clock = clock;
  }

  RepositorySettings settings() {
    return settings;
  }

  String name() {
    return settings.name();
  }

  RepositorySource source() {
    return source;
  }

  Optional<Keyring> keys() {
    return keys;
  }

  RepositoryInfo info() {
    State now = state;
    Optional<RepositoryIndex> index = Optional.ofNullable(now.index());
    return new RepositoryInfo(
        settings.name(),
        shown(settings.url()),
        Optional.ofNullable(now.checked()),
        Optional.ofNullable(now.confirmed()).map(since -> age(since, clock.instant())),
        now.problem(),
        index.map(known -> known.charts().size()).orElse(0),
        index.map(RepositoryIndex::versionCount).orElse(0),
        settings.signatures().policy());
  }

  private static Duration age(Instant since, Instant now) {
    return now.isBefore(since) ? Duration.ZERO : Duration.between(since, now);
  }

  private static URI shown(URI url) {
    String port = url.getPort() < 0 ? "" : ":" + url.getPort();
    return URI.create(url.getScheme() + "://" + url.getHost() + port + url.getRawPath());
  }

  /** The index at hand; UNAVAILABLE until one was read. */
  Outcome<RepositoryIndex> index() {
    State now = state;
    return now.index() == null
        ? Outcome.failure(Reason.UNAVAILABLE, now.problem())
        : Outcome.success(now.index());
  }

  /** Finds a version, reading the index again when it is not at hand. */
  Outcome<IndexedChart> find(String name, Optional<String> version, Duration timeout) {
    if (index() instanceof Outcome.Success<RepositoryIndex>(RepositoryIndex known)) {
      Optional<IndexedChart> found = known.find(name, version);
      if (found.isPresent()) {
        return Outcome.success(found.get());
      }
    }
    refreshUnlessFresh(timeout);
    return index()
        .flatMap(
            index ->
                index
                    .find(name, version)
                    .map(Outcome::success)
                    .orElseGet(
                        () -> Outcome.failure(Reason.NOT_FOUND, missing(index, name, version))));
  }

  /**
   * Reads the index when it has changed. Who comes while it is read shares the next reading: none
   * is answered with what was read before it asked.
   */
  void refresh(Duration timeout) {
    long asked = System.nanoTime();
    readIf(() -> begun - asked <= 0, timeout);
  }

  private void refreshUnlessFresh(Duration timeout) {
    readIf(
        () -> {
          Instant checked = state.checked();
          return checked == null || !clock.instant().isBefore(checked.plus(FRESH));
        },
        timeout);
  }

  /**
   * Reads when it is its turn and that is still wanted. When somebody else is at it for longer than
   * the time allows, what is at hand must do.
   */
  private void readIf(BooleanSupplier wanted, Duration timeout) {
    Deadline deadline = Deadline.in(timeout);
    try {
      if (!reading.tryLock(timeout.toNanos(), TimeUnit.NANOSECONDS)) {
        return;
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return;
    }
    try {
      if (wanted.getAsBoolean()) {
        read(deadline.left());
      }
    } finally {
      reading.unlock();
    }
  }

  private void read(Duration timeout) {
    State old = state;
    begun = System.nanoTime();
    Outcome<Optional<RepositoryIndex>> read = source.index(timeout);
    Instant now = clock.instant();
    state =
        switch (read) {
          case Outcome.Success<Optional<RepositoryIndex>>(Optional<RepositoryIndex> index)
              when index.isPresent() -> {
            log.info("Chart repository {}: {} charts", name(), index.get().charts().size());
            yield new State(index.get(), now, now, "");
          }
          case Outcome.Success<Optional<RepositoryIndex>> _ -> new State(old.index(), now, now, "");
          case Outcome.Failure<Optional<RepositoryIndex>>(Reason _, String message, var _) -> {
            log.warn("Its index could not be read: {}", message);
            yield new State(old.index(), now, old.confirmed(), message);
          }
        };
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

  @Override
  public void close() {
    source.close();
  }
}
