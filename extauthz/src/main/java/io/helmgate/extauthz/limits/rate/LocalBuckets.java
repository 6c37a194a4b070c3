package io.helmgate.extauthz.limits.rate;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.github.bucket4j.Bucket;
import io.github.bucket4j.TimeMeter;
import java.time.Duration;

/**
 * Buckets of this replica. Since nothing is known of the other replicas, each one allows its part
 * of a limit.
 */
final class LocalBuckets implements Buckets {

  /** By then a bucket that nobody touches is full, and as good as a new one. */
  private static final Duration FULL_AGAIN = Draw.WINDOW.multipliedBy(2);

  private final Cache<BucketKey, Bucket> buckets;
  private final int replicas;
  private final TimeMeter clock;

  /**
   * Makes an empty set.
   *
   * @param replicas how many replicas share a limit
   * @param maxBuckets how many buckets are kept; beyond it those go that are used least
   */
  LocalBuckets(int replicas, int maxBuckets, TimeMeter clock) {
    this.replicas = replicas;
    this.clock = clock;
    this.buckets =
        Caffeine.newBuilder().maximumSize(maxBuckets).expireAfterAccess(FULL_AGAIN).build();
  }

  @Override
  public Draw take(BucketKey key, int tokens) {
    long capacity = Math.max(1, key.perMinute() / replicas);
    Bucket bucket = buckets.get(key, ignored -> bucket(capacity));
    return Draw.of(bucket.tryConsumeAndReturnRemaining(tokens), capacity);
  }

  private Bucket bucket(long capacity) {
    return Bucket.builder()
        .withCustomTimePrecision(clock)
        .addLimit(limit -> limit.capacity(capacity).refillGreedy(capacity, Draw.WINDOW))
        .build();
  }

  /** How many buckets are kept now. */
  long size() {
    buckets.cleanUp();
    return buckets.estimatedSize();
  }
}
