package io.helmgate.extauthz.limits.rate;

/** Token buckets: each holds as many tokens as its limit and is refilled evenly in a minute. */
interface Buckets extends AutoCloseable {

  /** Takes all of the tokens or none. */
  Draw take(BucketKey key, int tokens);

  @Override
  default void close() {}
}
