package io.helmgate.deployer.config;

import io.helmgate.kit.config.ByteSize;
import io.helmgate.kit.config.CommonConfig;
import io.helmgate.kit.config.Problems;
import io.helmgate.kit.config.Validated;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * The deployer's section; {@code helmgate/config/deployer.schema.json} describes each key. Empty
 * text means none.
 */
public record DeployerConfig(
    String address,
    TlsConfig tls,
    AssertionConfig assertion,
    KubernetesConfig kubernetes,
    HelmConfig helm,
    ChartsConfig charts,
    OperationsConfig operations,
    PlansConfig plans,
    ValuesConfig values,
    GraphqlConfig graphql,
    boolean reflection)
    implements Validated {

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

  /** The cluster. */
  public record KubernetesConfig(
      String name, String kubeconfig, String context, boolean inCluster, Duration requestTimeout) {}

  /** The Helm engine. */
  public record HelmConfig(int threads, int queue, Duration timeout) {}

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
      String namespace,
      int running,
      Duration leaseDuration,
      Duration retention,
      Duration longestWatch) {}

  /** What previews leave behind. */
  public record PlansConfig(Duration retention) {}

  /** Values of charts. */
  public record ValuesConfig(List<String> masks) {
    public ValuesConfig {
      masks = List.copyOf(masks);
    }
  }

  /** GraphQL. */
  public record GraphqlConfig(boolean introspection) {}

  @Override
  public void validate(CommonConfig common, Problems problems) {
    var file = "deployer.assertion.jwks_file";
    var url = "deployer.assertion.jwks_url";
    if (assertion.jwksFile().isEmpty() && assertion.jwksUrl().isEmpty()) {
      problems.add(
          file, "a file, or jwks_url: without keys nobody could be believed about callers", url);
    }
    if (!assertion.jwksFile().isEmpty() && !assertion.jwksUrl().isEmpty()) {
      problems.add(url, "not set beside jwks_file", file);
    }
    var kubeconfig = "deployer.kubernetes.kubeconfig";
    var inCluster = "deployer.kubernetes.in_cluster";
    if (kubernetes.kubeconfig().isEmpty() && !kubernetes.inCluster()) {
      problems.add(kubeconfig, "a file, or in_cluster: true", inCluster);
    }
    if (!kubernetes.kubeconfig().isEmpty() && kubernetes.inCluster()) {
      problems.add(inCluster, "false beside kubeconfig", kubeconfig);
    }
    if (kubernetes.kubeconfig().isEmpty() && !kubernetes.context().isEmpty()) {
      problems.add("deployer.kubernetes.context", "not set without kubeconfig", kubeconfig);
    }
  }
}
