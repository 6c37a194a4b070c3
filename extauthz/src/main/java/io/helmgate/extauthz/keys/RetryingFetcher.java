package io.helmgate.extauthz.keys;

import java.io.IOException;
import java.time.Duration;
import java.util.random.RandomGenerator;

/** Tries a fetch again when it fails, after waits that grow, with jitter as Envoy's. */
final class RetryingFetcher implements KeyFetcher {

  /** Waits. */
  @FunctionalInterface
  interface Pause {
    void of(Duration time) throws InterruptedException;
  }

  private final KeyFetcher fetcher;
  private final RetryPolicy policy;
  private final RandomGenerator random;
  private final Pause pause;

  RetryingFetcher(KeyFetcher fetcher, RetryPolicy policy, RandomGenerator random, Pause pause) {
    this.fetcher = fetcher;
    this.policy = policy;
    this.random = random;
    this.pause = pause;
  }

  @Override
  public byte[] fetch() throws IOException, InterruptedException {
    for (int retry = 0; ; retry++) {
      try {
        return fetcher.fetch();
      } catch (IOException e) {
        if (retry >= policy.retries()) {
          throw e;
        }
        pause.of(Duration.ofNanos((long) (policy.interval(retry).toNanos() * random.nextDouble())));
      }
    }
  }
}
