package io.helmgate.extauthz.policy.source;

import io.helmgate.extauthz.policy.bundle.BundleKeys;
import io.helmgate.extauthz.policy.bundle.BundleServerConfig;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/** Where a policy is. */
public sealed interface PolicySource {

  /** How the name of a bundle's file ends. */
  String BUNDLE_SUFFIX = ".tar.gz";

  /** The name of the bundle; empty when it is none. */
  default String bundle() {
    return switch (this) {
      case Inline ignored -> "";
      case Files ignored -> "";
      case BundleFile file -> bundleName(file.path().getFileName().toString());
      case ServedBundle served -> served.server().name();
    };
  }

  /** The name of a bundle that is called after its file. */
  static String bundleName(String path) {
    String file = path.substring(path.lastIndexOf('/') + 1);
    return file.endsWith(BUNDLE_SUFFIX)
        ? file.substring(0, file.length() - BUNDLE_SUFFIX.length())
        : file;
  }

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

  /**
   * An OPA bundle in a file.
   *
   * @param path a {@code .tar.gz} file
   * @param keys who may have signed it; empty means that signatures are not looked at
   */
  record BundleFile(Path path, Optional<BundleKeys> keys) implements PolicySource {}

  /**
   * An OPA bundle on a server; there may be none yet when the service starts.
   *
   * @param keys who may have signed it; empty means that signatures are not looked at
   */
  record ServedBundle(BundleServerConfig server, Optional<BundleKeys> keys)
      implements PolicySource {}
}
