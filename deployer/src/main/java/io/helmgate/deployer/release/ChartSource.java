package io.helmgate.deployer.release;

import java.time.Duration;
import java.util.Optional;

/** Where charts come from. */
public interface ChartSource {
  /**
   * Fetches a chart's archive.
   *
   * @param chart {@code REPO/NAME}
   * @param version exact; empty: the newest stable one
   * @param timeout for the whole fetch
   */
  Outcome<FetchedChart> fetch(String chart, Optional<String> version, Duration timeout);
}
