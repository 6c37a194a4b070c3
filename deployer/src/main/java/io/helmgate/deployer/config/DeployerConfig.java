package io.helmgate.deployer.config;

import io.helmgate.kit.config.ByteSize;
import io.helmgate.kit.config.CommonConfig;
import io.helmgate.kit.config.Problems;
import io.helmgate.kit.config.Validated;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The deployer's section; {@code helmgate/config/deployer.schema.json} describes each key. Empty
 * text means none.
 */
public record DeployerConfig(
    String address,
    TlsConfig tls,
    AssertionConfig assertion,
    List<ClusterConfig> clusters,
    String defaultCluster,
    HelmConfig helm,
    ChartsConfig charts,
    OperationsConfig operations,
    PlansConfig plans,
    ValuesConfig values,
    GraphqlConfig graphql,
    boolean reflection)
    implements Validated {

  public DeployerConfig {
    clusters = List.copyOf(clusters);
  }

  /** Name of the cluster that requests mean which name none. */
  public String facadeCluster() {
    return defaultCluster.isEmpty() ? clusters.getFirst().name() : defaultCluster;
  }

  /** The API's TLS. */
  public record TlsConfig(Path certFile, Path keyFile, Path clientCaFile, List<String> clientSans) {
    public TlsConfig {
      clientSans = List.copyOf(clientSans);
    }
  }

  /** How assertions are verified. */
  public record AssertionConfig(
      String issuer,
      String audience,
      String jwksFile,
      String jwksUrl,
      String jwksCaFile,
      Duration jwksRefreshInterval) {}

  /** A cluster. */
  public record ClusterConfig(
      String name,
      String kubeconfig,
      String context,
      boolean inCluster,
      String namespace,
      Duration requestTimeout,
      int calls,
      int operations,
      ReleaseCaching releaseCache) {}

  /** What lists of releases are made of. */
  public enum ReleaseCaching {
    NONE,
    SHARED
  }

  /** The Helm engine. */
  public record HelmConfig(
      Engine engine,
      ProcessesConfig processes,
      int threads,
      int queue,
      Duration timeout,
      int historyLimit) {}

  /** Where Helm runs. */
  public enum Engine {
    IN_PROCESS,
    CHILD_PROCESS
  }

  /** The processes of {@link Engine#CHILD_PROCESS}. */
  public record ProcessesConfig(int warm, int maxCalls, ByteSize maxMemory) {}

  /** The chart fetcher. */
  public record ChartsConfig(
      String cacheDir,
      Duration refreshInterval,
      Duration fetchTimeout,
      ByteSize maxIndexSize,
      int maxIndexVersions,
      ByteSize maxChartSize,
      ByteSize maxCacheSize) {}

  /** Writes that go on after their calls. */
  public record OperationsConfig(
      Duration leaseDuration, Duration retention, Duration longestWatch) {}

  /** What previews leave behind. */
  public record PlansConfig(Duration retention) {}

  /** Values of charts. */
  public record ValuesConfig(List<String> masks) {
    public ValuesConfig {
      masks = List.copyOf(masks);
    }
  }

  /** GraphQL. */
  public record GraphqlConfig(boolean introspection, @Nullable PlaygroundConfig playground) {}

  /** GraphiQL, where people log in. */
  public record PlaygroundConfig(String issuer, String clientId, List<String> scopes) {
    private static final Set<String> LOOPBACK = Set.of("localhost", "127.0.0.1", "[::1]");

    public PlaygroundConfig {
      scopes = List.copyOf(scopes);
    }

    private void validate(GraphqlConfig graphql, Problems problems) {
      var key = "deployer.graphql.playground";
      var uri = URI.create(issuer);
      if (uri.getHost() == null
          || uri.getRawUserInfo() != null
          || uri.getRawQuery() != null
          || uri.getRawFragment() != null
          || !("https".equals(uri.getScheme()) || LOOPBACK.contains(uri.getHost()))) {
        problems.add(key + ".issuer", "https, or http on a loopback address, and no query");
      }
      if (!graphql.introspection()) {
        problems.add(key, "left out, since introspection is off", "deployer.graphql.introspection");
      }
    }
  }

  /** Less than this a process has from its start, so that it would be replaced for ever. */
  private static final long LEAST_MEMORY = 256L << 20;

  @Override
  public void validate(CommonConfig common, Problems problems) {
    if (helm.processes().maxMemory().bytes() < LEAST_MEMORY) {
      var memory = "deployer.helm.processes.max_memory";
      problems.add(memory, "at least 256MiB", memory);
    }
    var file = "deployer.assertion.jwks_file";
    var url = "deployer.assertion.jwks_url";
    if (assertion.jwksFile().isEmpty() && assertion.jwksUrl().isEmpty()) {
      problems.add(
          file, "a file, or jwks_url: without keys nobody could be believed about callers", url);
    }
    if (!assertion.jwksFile().isEmpty() && !assertion.jwksUrl().isEmpty()) {
      problems.add(url, "not set beside jwks_file", file);
    }
    validateClusters(problems);
  }

  private void validateClusters(Problems problems) {
    for (int i = 0; i < clusters.size(); i++) {
      validate(i, problems);
    }
    var names = clusters.stream().map(ClusterConfig::name).toList();
    if (defaultCluster.isEmpty() ? names.size() > 1 : !names.contains(defaultCluster)) {
      problems.add("deployer.default_cluster", "one of " + names, "deployer.clusters");
    }
    if (helm.threads() < clusters.size()) {
      problems.add(
          "deployer.helm.threads",
          "at least %d, one for each cluster".formatted(clusters.size()),
          "deployer.clusters");
    }
  }

  private void validate(int index, Problems problems) {
    var cluster = clusters.get(index);
    var path = "deployer.clusters[" + index + "].";
    if (cluster.kubeconfig().isEmpty() && !cluster.inCluster()) {
      problems.add(path + "kubeconfig", "a file, or in_cluster: true", path + "in_cluster");
    }
    if (!cluster.kubeconfig().isEmpty() && cluster.inCluster()) {
      problems.add(path + "in_cluster", "false beside kubeconfig", path + "kubeconfig");
    }
    if (cluster.kubeconfig().isEmpty() && !cluster.context().isEmpty()) {
      problems.add(path + "context", "not set without kubeconfig", path + "kubeconfig");
    }
    for (int other = 0; other < index; other++) {
      var before = clusters.get(other);
      if (before.name().equals(cluster.name())) {
        problems.add(
            path + "name", "a name of its own; deployer.clusters[%d] has it".formatted(other));
      } else if (before.kubeconfig().equals(cluster.kubeconfig())
          && before.context().equals(cluster.context())) {
        problems.add(
            path + (cluster.inCluster() ? "in_cluster" : "kubeconfig"),
            "a cluster of its own; deployer.clusters[%d] is this one".formatted(other));
      }
    }
    if (graphql.playground() != null) {
      graphql.playground().validate(graphql, problems);
    }
  }
}
