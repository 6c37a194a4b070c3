package io.helmgate.extauthz.keys;

import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Semaphore;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The key set that a provider publishes.
 *
 * <p>Fetched ahead of its end in the background ({@link RefreshTimer}), one fetch at a time. A
 * token whose key is not in the set causes one more fetch, at most one in each {@code
 * unknownKidInterval}; requests that come meanwhile share it. A key counts as absent only when a
 * fetch that began after the request came has not shown it; every other failure to find it is
 * {@link KeyLookup.Unavailable}, so that nobody is told to drop a good token. The last good set
 * stays usable for {@code staleFor} after its end.
 */
public final class RemoteKeys implements KeySource, AutoCloseable {

  private static final Logger log = LoggerFactory.getLogger(RemoteKeys.class);
  private static final int MAX_WAITERS = 1000;
  private static final Duration LEAST_RETRY_AFTER = Duration.ofSeconds(1);

  /** A fetched set; never changed. */
  private record Good(KeySet keys, Instant fetchedAt, Instant usableUntil, long generation) {}

  /** A fetch that has ended; problem is empty when it went well. */
  private record Ended(Instant startedAt, Optional<String> problem) {}

  private final RemoteKeysConfig config;
  private final KeyFetcher fetcher;
  private final KeySnapshot snapshot;
  private final KeySetParser parser;
  private final InstantSource clock;
  private final RefreshTimer timer;
  private final KeySetObserver observer;
  private final Semaphore waiters = new Semaphore(MAX_WAITERS);

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition fetchEnded = lock.newCondition();
  private volatile @Nullable Good good;
  // Guarded by lock:
  private @Nullable Instant runningSince;
  private @Nullable Ended last;
  private Instant nextUnknownKidFetch = Instant.MIN;
  private @Nullable Instant nextFetch;
  private int failures;

  RemoteKeys(
      RemoteKeysConfig config,
      KeyFetcher fetcher,
      KeySnapshot snapshot,
      InstantSource clock,
      RefreshTimer timer,
      KeySetObserver observer) {
    this.config = config;
    this.fetcher = fetcher;
    this.snapshot = snapshot;
    this.parser = new KeySetParser(KeySetParser.Secrets.REFUSED, config.maxKeys());
    this.clock = clock;
    this.timer = timer;
    this.observer = observer;
  }

  /** Takes what an earlier run left, if it is still good, and begins the first fetch. */
  void start() {
    snapshot.load().ifPresent(this::restore);
    refresh();
  }

  private void restore(KeySnapshot.Saved saved) {
    Instant now = clock.instant();
    Instant usableUntil = saved.fetchedAt().plus(config.cacheDuration()).plus(config.staleFor());
    if (saved.fetchedAt().isAfter(now) || now.isAfter(usableUntil)) {
      log.info("{}: the snapshot of its keys is of {}, too old", config.url(), saved.fetchedAt());
      return;
    }
    try {
      good = new Good(parser.parse(saved.keySet()), saved.fetchedAt(), usableUntil, 0);
      log.info("{}: keys of {} are used until they are fetched", config.url(), saved.fetchedAt());
    } catch (InvalidKeySetException e) {
      log.warn("{}: the snapshot of its keys cannot be used: {}", config.url(), e.getMessage());
    }
  }

  @Override
  public OptionalLong generation() {
    Good current = good;
    return current == null || clock.instant().isAfter(current.usableUntil())
        ? OptionalLong.empty()
        : OptionalLong.of(current.generation());
  }

  @Override
  public KeyLookup find(String kid, String alg, Instant deadline) {
    Instant arrived = clock.instant();
    List<VerificationKey> known = known(kid, alg, arrived);
    if (!known.isEmpty()) {
      return new KeyLookup.Found(known);
    }
    if (!waiters.tryAcquire()) {
      return unavailable("too many requests wait for its keys", LEAST_RETRY_AFTER);
    }
    try {
      return await(kid, alg, arrived, deadline);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return unavailable("interrupted while waiting for its keys", LEAST_RETRY_AFTER);
    } finally {
      waiters.release();
    }
  }

  private KeyLookup await(String kid, String alg, Instant arrived, Instant deadline)
      throws InterruptedException {
    lock.lockInterruptibly();
    try {
      while (true) {
        Instant now = clock.instant();
        List<VerificationKey> known = known(kid, alg, now);
        if (!known.isEmpty()) {
          return new KeyLookup.Found(known);
        }
        if (last != null && !last.startedAt().isBefore(arrived)) {
          return last.problem()
              .<KeyLookup>map(problem -> unavailable(problem, untilNextFetch(now)))
              .orElseGet(KeyLookup.Absent::new);
        }
        if (runningSince == null && !now.isBefore(nextUnknownKidFetch)) {
          nextUnknownKidFetch = now.plus(config.unknownKidInterval());
          fetchLocked();
        }
        // A wait that cannot end well in time only holds a place.
        if (runningSince == null && nextUnknownKidFetch.isAfter(deadline)) {
          return unavailable("its keys were fetched just now", untilNextFetch(now));
        }
        Instant until = runningSince == null ? nextUnknownKidFetch : deadline;
        if (!now.isBefore(deadline)) {
          return unavailable("no answer in time", untilNextFetch(now));
        }
        fetchEnded.awaitNanos(Duration.between(now, until).toNanos());
      }
    } finally {
      lock.unlock();
    }
  }

  private List<VerificationKey> known(String kid, String alg, Instant now) {
    Good current = good;
    return current == null || now.isAfter(current.usableUntil())
        ? List.of()
        : current.keys().matching(kid, alg);
  }

  private Duration untilNextFetch(Instant now) {
    Duration wait = Duration.between(now, nextUnknownKidFetch);
    return wait.compareTo(LEAST_RETRY_AFTER) < 0 ? LEAST_RETRY_AFTER : wait;
  }

  private KeyLookup.Unavailable unavailable(String problem, Duration retryAfter) {
    return new KeyLookup.Unavailable(config.url() + ": " + problem, retryAfter);
  }

  private void refresh() {
    lock.lock();
    try {
      if (runningSince == null) {
        fetchLocked();
      }
    } finally {
      lock.unlock();
    }
  }

  private void fetchLocked() {
    Instant started = clock.instant();
    runningSince = started;
    timer.now(() -> fetch(started));
  }

  private void fetch(Instant started) {
    Optional<String> problem = Optional.of("the fetch was abandoned by a fault");
    Optional<KeySnapshot.Saved> saved = Optional.empty();
    try {
      byte[] fetched = fetcher.fetch();
      KeySet keys = parser.parse(fetched);
      keys.skipped().forEach(skipped -> log.warn("{}: key left out: {}", config.url(), skipped));
      Instant usableUntil = started.plus(config.cacheDuration()).plus(config.staleFor());
      Good before = good;
      long generation =
          before == null
              ? 0
              : before.keys().sameKeys(keys) ? before.generation() : before.generation() + 1;
      good = new Good(keys, started, usableUntil, generation);
      problem = Optional.empty();
      saved = Optional.of(new KeySnapshot.Saved(started, fetched));
    } catch (IOException | InvalidKeySetException e) {
      problem = Optional.of(String.valueOf(e.getMessage()));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      problem = Optional.of("interrupted");
    } finally {
      ended(new Ended(started, problem));
    }
    // Nobody waits for the disk.
    saved.ifPresent(snapshot::save);
  }

  private void ended(Ended ended) {
    Duration next;
    lock.lock();
    try {
      last = ended;
      runningSince = null;
      failures = ended.problem().isEmpty() ? 0 : failures + 1;
      next = timer.delay(config.cacheDuration(), failures);
      nextFetch = clock.instant().plus(next);
      fetchEnded.signalAll();
    } finally {
      lock.unlock();
    }
    timer.after(next, this::refresh);
    ended.problem().ifPresent(p -> log.warn("{}: keys not fetched: {}", config.url(), p));
    observer.fetched(status(), Duration.between(ended.startedAt(), clock.instant()));
  }

  /** How the set stands now. */
  public KeySetStatus status() {
    Good current = good;
    Optional<String> problem;
    Optional<Instant> next;
    lock.lock();
    try {
      next = runningSince == null ? Optional.ofNullable(nextFetch) : Optional.empty();
      problem = last == null ? Optional.of("not fetched yet") : last.problem();
    } finally {
      lock.unlock();
    }
    if (current == null) {
      return new KeySetStatus(config.url(), false, List.of(), Optional.empty(), problem, next);
    }
    return new KeySetStatus(
        config.url(),
        !clock.instant().isAfter(current.usableUntil()),
        current.keys().keys().stream().map(VerificationKey::kid).toList(),
        Optional.of(current.fetchedAt()),
        problem,
        next);
  }

  @Override
  public void close() {
    timer.close();
  }
}
