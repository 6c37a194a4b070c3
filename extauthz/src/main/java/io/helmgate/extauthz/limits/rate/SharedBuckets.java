package io.helmgate.extauthz.limits.rate;

import io.dropwizard.metrics5.Counter;
import io.dropwizard.metrics5.Timer;
import java.util.Optional;

/** Buckets in Redis; while Redis does not answer, this replica's own. */
final class SharedBuckets implements Buckets {

  private final RedisLink redis;
  private final Buckets own;
  private final Timer answers;
  private final Counter failures;

  SharedBuckets(RedisLink redis, Buckets own, Timer answers, Counter failures) {
    this.redis = redis;
    this.own = own;
    this.answers = answers;
    this.failures = failures;
  }

  @Override
  public Draw take(BucketKey key, int tokens) {
    Optional<RedisBuckets> shared = redis.buckets();
    if (shared.isEmpty()) {
      return own.take(key, tokens);
    }
    try (Timer.Context _ = answers.time()) {
      return shared.get().take(key, tokens);
    } catch (RedisBuckets.NoAnswerException e) {
      failures.inc();
      redis.failed(shared.get(), e);
      return own.take(key, tokens);
    }
  }

  @Override
  public void close() {
    redis.close();
  }
}
