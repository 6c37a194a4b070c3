package io.helmgate.extauthz.keys;

import java.net.URI;
import java.time.Duration;

/**
 * How a published key set is kept.
 *
 * @param url where it is published
 * @param cacheDuration how long a fetched set is fresh
 * @param staleFor how much longer it stays usable while no newer one can be had
 * @param unknownKidInterval least time between two fetches that unknown key ids cause
 * @param timeout longest time of one fetch
 * @param maxBytes largest accepted key set
 * @param maxKeys most keys in an accepted key set
 * @param retries how a failed fetch is tried again at once
 */
public record RemoteKeysConfig(
    URI url,
    Duration cacheDuration,
    Duration staleFor,
    Duration unknownKidInterval,
    Duration timeout,
    int maxBytes,
    int maxKeys,
    RetryPolicy retries) {

  RemoteKeysConfig at(URI other) {
    return new RemoteKeysConfig(
        other, cacheDuration, staleFor, unknownKidInterval, timeout, maxBytes, maxKeys, retries);
  }
}
