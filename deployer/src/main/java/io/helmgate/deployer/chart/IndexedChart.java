package io.helmgate.deployer.chart;

import io.helmgate.deployer.catalog.ChartListing;
import io.helmgate.deployer.release.ChartMetadata;
import java.util.List;
import java.util.Locale;

/**
 * One version of a chart, as an index lists it.
 *
 * @param listing its digest may be missing in an index of an OCI registry, until it is {@link
 *     RepositorySource#complete completed}
 * @param version the metadata's version, made comparable
 * @param urls where the archive lies; the first counts
 * @param text what is searched: name, each keyword, description, each on a line of its own, so that
 *     no match spans two
 * @param foldedText the same in lower case
 * @param foldedName its first line
 */
record IndexedChart(
    ChartListing listing,
    ChartVersion version,
    List<String> urls,
    String text,
    String foldedText,
    String foldedName) {
  IndexedChart {
    urls = List.copyOf(urls);
  }

  static IndexedChart of(ChartListing listing, ChartVersion version, List<String> urls) {
    ChartMetadata metadata = listing.metadata();
    String text =
        String.join(
            "\n", metadata.name(), String.join("\n", metadata.keywords()), metadata.description());
    return new IndexedChart(
        listing,
        version,
        urls,
        text,
        text.toLowerCase(Locale.ROOT),
        metadata.name().toLowerCase(Locale.ROOT));
  }

  ChartMetadata metadata() {
    return listing.metadata();
  }

  /** {@code REPO/NAME}. */
  String chart() {
    return metadata().name();
  }

  /** Without its repository. */
  String ownName() {
    return chart().substring(chart().indexOf('/') + 1);
  }

  /** SHA-256 of the archive, 64 hexadecimal digits; empty when it is not known. */
  String sha256() {
    return listing.digest().substring(listing.digest().indexOf(':') + 1);
  }

  boolean stable() {
    return version.stable();
  }

  /** For messages. */
  String label() {
    return "chart " + chart() + " " + metadata().version() + ": ";
  }
}
