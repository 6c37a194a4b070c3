package io.helmgate.extauthz.reply;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** The scope that a request to a chart repository or a container registry needs. */
final class RegistryScope {

  private static final String NAME = "[A-Za-z0-9._/-]+";

  /** OCI distribution spec: {@code /v2/<name>/...}, the name of any number of segments. */
  private static final Pattern DISTRIBUTION =
      Pattern.compile("/v2/(" + NAME + ")/(?:manifests|blobs|tags|referrers)/.*");

  /** ChartMuseum: {@code /<repo>/index.yaml} and {@code /<repo>/charts/<file>}. */
  private static final Pattern DOWNLOAD =
      Pattern.compile("/(?:(" + NAME + ")/)?(?:index\\.yaml|charts/[^/]+)");

  /** ChartMuseum: {@code /api/<repo>/charts...} and {@code /api/<repo>/prov}. */
  private static final Pattern API =
      Pattern.compile("/api/(?:([A-Za-z0-9._/-]+?)/)?(?:charts(?:/.*)?|prov)");

  private static final String CATALOG = "/v2/_catalog";
  private static final String DEFAULT_REPOSITORY = "repo";

  private RegistryScope() {}

  static boolean isDistribution(String target) {
    String path = path(target);
    return path.equals("/v2") || path.startsWith("/v2/");
  }

  /** The scope; empty for a request about no repository. */
  static Optional<String> of(String method, String target) {
    String path = path(target);
    if (isDistribution(path)) {
      return path.equals(CATALOG) ? Optional.of("registry:catalog:*") : distribution(method, path);
    }
    Matcher api = API.matcher(path);
    if (api.matches()) {
      return Optional.of(chart(api.group(1), method));
    }
    Matcher download = DOWNLOAD.matcher(path);
    return download.matches() ? Optional.of(chart(download.group(1), method)) : Optional.empty();
  }

  private static Optional<String> distribution(String method, String path) {
    Matcher name = DISTRIBUTION.matcher(path);
    String actions =
        switch (method) {
          case "GET", "HEAD" -> "pull";
          case "DELETE" -> "delete";
          default -> "pull,push";
        };
    return name.matches()
        ? Optional.of("repository:" + name.group(1) + ':' + actions)
        : Optional.empty();
  }

  private static String chart(@Nullable String repository, String method) {
    String action = method.equals("GET") || method.equals("HEAD") ? "pull" : "push";
    return "artifact-repository:"
        + (repository == null ? DEFAULT_REPOSITORY : repository)
        + ':'
        + action;
  }

  private static String path(String target) {
    return target.split("\\?", 2)[0];
  }
}
