package io.helmgate.extauthz.keys;

import java.net.URI;
import java.net.http.HttpClient;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.random.RandomGenerator;

/** All published key sets of the process, one for each URL however many providers name it. */
public final class KeyStores implements AutoCloseable {

  private final Optional<Path> snapshots;
  private final InstantSource clock;
  private final RandomGenerator random;
  private final KeySetObserver observer;
  private final HttpClient client;
  private final ScheduledExecutorService scheduler =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().name("jwks-timer").daemon().factory());
  private final Map<URI, RemoteKeys> byUrl = new ConcurrentHashMap<>();

  /**
   * Makes an empty collection.
   *
   * @param random for the jitter of refreshes
   */
  public KeyStores(InstantSource clock, RandomGenerator random, KeySetObserver observer) {
    this(clock, random, observer, Optional.empty());
  }

  /**
   * Makes an empty collection that keeps its sets over restarts.
   *
   * @param random for the jitter of refreshes
   * @param snapshots directory for them; empty when none are kept
   */
  public KeyStores(
      InstantSource clock,
      RandomGenerator random,
      KeySetObserver observer,
      Optional<Path> snapshots) {
    this.snapshots = snapshots;
    this.clock = clock;
    this.random = random;
    this.observer = observer;
    this.client =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            .followRedirects(HttpClient.Redirect.NEVER)
            .build();
  }

  /** The keys published at a URL; the first call for it begins to fetch them. */
  public RemoteKeys remote(RemoteKeysConfig config) {
    return keys(
        config, new HttpKeyFetcher(client, config.url(), config.timeout(), config.maxBytes()));
  }

  /**
   * The keys that an issuer publishes by OpenID Connect Discovery; the first call for it begins to
   * fetch them.
   *
   * @param config its URL is not looked at
   */
  public RemoteKeys discovered(String issuer, RemoteKeysConfig config) {
    return keys(
        config.at(DiscoveringFetcher.configurationOf(issuer)),
        new DiscoveringFetcher(client, issuer, config.timeout(), config.maxBytes()));
  }

  private RemoteKeys keys(RemoteKeysConfig config, KeyFetcher fetcher) {
    return byUrl.computeIfAbsent(
        config.url(),
        url -> {
          KeyFetcher retrying =
              new RetryingFetcher(fetcher, config.retries(), random, Thread::sleep);
          RefreshTimer timer = new RefreshTimer(scheduler, random);
          RemoteKeys keys =
              new RemoteKeys(config, retrying, snapshot(config), clock, timer, observer);
          keys.start();
          return keys;
        });
  }

  private KeySnapshot snapshot(RemoteKeysConfig config) {
    return snapshots
        .<KeySnapshot>map(directory -> new SnapshotFile(directory, config.url(), config.maxBytes()))
        .orElse(KeySnapshot.NONE);
  }

  /** How each set stands now. */
  public List<KeySetStatus> status() {
    return byUrl.values().stream().map(RemoteKeys::status).toList();
  }

  @Override
  public void close() {
    scheduler.shutdownNow();
    byUrl.values().forEach(RemoteKeys::close);
    client.shutdownNow();
    client.close();
  }
}
