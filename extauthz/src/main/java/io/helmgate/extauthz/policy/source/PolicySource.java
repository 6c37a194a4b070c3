package io.helmgate.extauthz.policy.source;

import java.nio.file.Path;
import java.util.List;

/** Where the Rego text of a policy is. */
public sealed interface PolicySource {

  /** The text itself, as in the configuration key {@code rego_policy}. */
  record Inline(String regoText) implements PolicySource {}

  /**
   * Files and directories, read as {@code opa build} reads them: {@code .rego} files are policy,
   * {@code .json}, {@code .yaml} and {@code .yml} files are data below the path of their directory.
   * Names that begin with a dot are skipped, which makes the links of a mounted ConfigMap count
   * once.
   */
  record Files(List<Path> paths) implements PolicySource {
    public Files {
      paths = List.copyOf(paths);
    }
  }
}
