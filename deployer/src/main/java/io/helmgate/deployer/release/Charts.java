package io.helmgate.deployer.release;

import java.util.List;

/** The use cases on the charts of the configured repositories. */
public interface Charts {
  /**
   * All versions of the matching charts, by name, newest first; may be empty.
   *
   * @param term looked for in name, keywords and description; empty matches all
   * @param regex whether the term is an RE2 regular expression instead of a text
   */
  Outcome<List<ChartMetadata>> search(String term, boolean regex);
}
