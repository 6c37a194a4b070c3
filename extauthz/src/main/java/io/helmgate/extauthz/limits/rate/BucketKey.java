package io.helmgate.extauthz.limits.rate;

/**
 * Names a bucket.
 *
 * @param quota whose calls it counts
 * @param scope profile or route with limits of its own; empty for those that all share
 * @param perMinute its limit; with another limit it is another bucket, so that a changed
 *     configuration holds at once
 * @param holder the organisation, user or address; never leaves this process as it is
 */
record BucketKey(Quota quota, String scope, long perMinute, String holder) {}
