package io.helmgate.deployer.catalog;

import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;

/** The configured repositories. */
public interface RepositoryCatalog {

  /** All, by name. */
  Page<RepositoryInfo> repositories(Page.Wanted wanted);

  Outcome<RepositoryInfo> repository(String name);

  /**
   * Reads its index again. A failure to read it is no failure of this: the repository tells of it.
   */
  Outcome<RepositoryInfo> refresh(String name);
}
