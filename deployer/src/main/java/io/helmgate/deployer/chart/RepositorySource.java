package io.helmgate.deployer.chart;

import io.helmgate.deployer.release.Outcome;
import java.time.Duration;
import java.util.Optional;

/** A repository as it is reached: by its index.yaml, or as an OCI registry. */
interface RepositorySource extends AutoCloseable {

  /** What it has; empty when that is what it had the last time. */
  Outcome<Optional<RepositoryIndex>> index(Duration timeout);

  /** A listed version with all that there is to know, such as the archive's digest. */
  Outcome<IndexedChart> complete(IndexedChart chart, Duration timeout);

  /** The archive of a completed version, not checked against its digest. */
  Outcome<Bytes> archive(IndexedChart chart, Duration timeout);

  /** Its signature file; empty when there is none. */
  Outcome<Optional<Bytes>> provenance(IndexedChart chart, Duration timeout);

  /** Where a completed version's archive lies, without credentials. */
  String shown(IndexedChart chart);

  @Override
  void close();
}
