package io.helmgate.deployer.catalog;

import java.util.Optional;

/**
 * A version of a chart, with the parts that were asked for.
 *
 * @param contents empty: not asked for
 * @param provenance empty: not asked for
 */
public record ChartDetails(
    ChartListing listing, Optional<ChartContents> contents, Optional<Provenance> provenance) {

  /** What is not in an index and costs a download. */
  public enum Part {
    CONTENTS,
    PROVENANCE
  }
}
