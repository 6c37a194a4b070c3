package io.helmgate.deployer.chart;

import java.time.Duration;

/**
 * Bounds on what comes from repositories.
 *
 * @param indexBytes of one index.yaml, unpacked
 * @param indexVersions of all charts in one index
 * @param archiveBytes of one chart archive
 * @param cacheBytes of all archives that are kept on disk
 * @param fetch for one download
 * @param refresh between two looks at an index
 */
public record ChartLimits(
    long indexBytes,
    int indexVersions,
    long archiveBytes,
    long cacheBytes,
    Duration fetch,
    Duration refresh) {
  /** 64 MiB, 200,000, 20 MiB, 512 MiB, 30 s, 5 min. */
  public static ChartLimits defaults() {
    return new ChartLimits(
        64L << 20, 200_000, 20L << 20, 512L << 20, Duration.ofSeconds(30), Duration.ofMinutes(5));
  }

  /** Of a signature file: a Chart.yaml, a digest and a signature. */
  long provenanceBytes() {
    return 1L << 20;
  }
}
