package io.helmgate.extauthz.limits.rate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.BucketConfiguration;
import io.github.bucket4j.ConsumptionProbe;
import io.github.bucket4j.TimeMeter;
import io.github.bucket4j.distributed.AsyncBucketProxy;
import io.github.bucket4j.distributed.ExpirationAfterWriteStrategy;
import io.github.bucket4j.distributed.proxy.AsyncProxyManager;
import io.github.bucket4j.distributed.proxy.optimization.Optimizations;
import io.github.bucket4j.redis.lettuce.Bucket4jLettuce;
import io.lettuce.core.api.StatefulRedisConnection;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * Buckets in Redis, by one connection. Calls of one replica for the same bucket that come at the
 * same time go there together, so that replicas compete for a bucket and not threads.
 */
final class RedisBuckets {

  private static final String PREFIX = "helmgate:rate:";

  /** How much longer than until it is full a bucket is kept. */
  private static final Duration EXTRA_LIFE = Duration.ofSeconds(10);

  private final StatefulRedisConnection<byte[], byte[]> connection;
  private final Duration timeout;
  private final AsyncProxyManager<byte[]> manager;
  private final Cache<BucketKey, AsyncBucketProxy> proxies;

  /** Redis did not answer, or not in time. */
  static final class NoAnswerException extends Exception {

    NoAnswerException(String message, Throwable cause) {
      super(message, cause);
    }
  }

  RedisBuckets(
      StatefulRedisConnection<byte[], byte[]> connection,
      Duration timeout,
      int maxBuckets,
      TimeMeter clock) {
    this.connection = connection;
    this.timeout = timeout;
    this.manager =
        Bucket4jLettuce.casBasedBuilder(connection)
            .expirationAfterWrite(
                ExpirationAfterWriteStrategy.basedOnTimeForRefillingBucketUpToMax(EXTRA_LIFE))
            .requestTimeout(timeout)
            .clientClock(clock)
            .build()
            .asAsync();
    this.proxies =
        Caffeine.newBuilder().maximumSize(maxBuckets).expireAfterAccess(Draw.WINDOW).build();
  }

  StatefulRedisConnection<byte[], byte[]> connection() {
    return connection;
  }

  /** Takes all of the tokens or none, within the time-out. */
  Draw take(BucketKey key, int tokens) throws NoAnswerException {
    AsyncBucketProxy bucket = proxies.get(key, this::proxy);
    try {
      ConsumptionProbe probe =
          bucket.tryConsumeAndReturnRemaining(tokens).get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      return Draw.of(probe, key.perMinute());
    } catch (ExecutionException e) {
      throw new NoAnswerException("failed: " + e.getCause(), e);
    } catch (TimeoutException e) {
      throw new NoAnswerException("no answer in " + timeout.toMillis() + " ms", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new NoAnswerException("interrupted", e);
    }
  }

  private AsyncBucketProxy proxy(BucketKey key) {
    long capacity = key.perMinute();
    BucketConfiguration configuration =
        BucketConfiguration.builder()
            .addLimit(limit -> limit.capacity(capacity).refillGreedy(capacity, Draw.WINDOW))
            .build();
    return manager
        .builder()
        .withOptimization(Optimizations.batching())
        .build(redisKey(key), () -> CompletableFuture.completedFuture(configuration));
  }

  /** The key in Redis, which shows nobody's name. */
  static byte[] redisKey(BucketKey key) {
    String all =
        key.quota().label() + '\0' + key.scope() + '\0' + key.perMinute() + '\0' + key.holder();
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(all.getBytes(StandardCharsets.UTF_8));
      return (PREFIX + key.quota().label() + ':' + HexFormat.of().formatHex(digest))
          .getBytes(StandardCharsets.US_ASCII);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
