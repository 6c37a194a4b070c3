package io.helmgate.deployer.catalog;

import java.util.Optional;

/**
 * Names a version of a chart.
 *
 * @param version exact; empty: the newest stable one
 */
public record ChartRef(String repository, String name, Optional<String> version) {

  /** {@code REPO/NAME}. */
  public String chart() {
    return repository + "/" + name;
  }
}
