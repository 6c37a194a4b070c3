package io.helmgate.deployer.catalog;

import java.net.URI;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/**
 * How a repository is.
 *
 * @param url without credentials and query
 * @param refreshed when its index was last asked for
 * @param age time since the index in use was known to be the newest; empty: there is none
 * @param error why the last refresh failed, for callers to read; empty: it did not
 */
public record RepositoryInfo(
    String name,
    URI url,
    Optional<Instant> refreshed,
    Optional<Duration> age,
    String error,
    int charts,
    int versions,
    ProvenancePolicy provenance) {

  /** Whether charts can be taken from it. */
  public boolean ready() {
    return age.isPresent();
  }
}
