package io.helmgate.deployer.catalog;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import java.util.Set;

/** The charts of the configured repositories. */
public interface ChartCatalog {

  /** The charts that fit, best first; INVALID_ARGUMENT when the expression is none. */
  Outcome<Page<ChartListing>> charts(ChartQuery query, Page.Wanted wanted);

  /**
   * All versions of a chart, newest first; NOT_FOUND when there are none.
   *
   * @param chart its version does not matter
   */
  Outcome<Page<ChartListing>> versions(ChartRef chart, Page.Wanted wanted);

  /** One version, with parts. */
  Outcome<ChartDetails> version(ChartRef chart, Set<ChartDetails.Part> parts);
}
