package io.helmgate.deployer.chart;

import io.helmgate.deployer.release.ChartMetadata;
import java.util.List;

/**
 * One version of a chart, as an index lists it.
 *
 * @param metadata its name is {@code REPO/NAME}
 * @param version the metadata's version, made comparable
 * @param urls where the archive lies; the first counts
 * @param digest SHA-256, 64 hexadecimal digits; empty when the index gives none
 */
record IndexedChart(
    ChartMetadata metadata, ChartVersion version, List<String> urls, String digest) {
  IndexedChart {
    urls = List.copyOf(urls);
  }

  boolean stable() {
    return version.stable();
  }
}
