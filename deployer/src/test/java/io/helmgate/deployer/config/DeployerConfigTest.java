package io.helmgate.deployer.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.helmgate.deployer.config.DeployerConfig.ClusterConfig;
import io.helmgate.deployer.config.DeployerConfig.PlaygroundConfig;
import io.helmgate.deployer.config.DeployerConfig.ReleaseCaching;
import io.helmgate.kit.config.ConfigLoader;
import io.helmgate.kit.config.ConfigReference;
import io.helmgate.kit.config.InvalidConfigException;
import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.config.Problem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DeployerConfigTest {

  private static final String TLS =
      """
      deployer:
        tls: {cert_file: d.crt, key_file: d.key, client_ca_file: ca.crt, client_sans: [envoy]}
      """;

  private static final String MINIMAL =
      TLS + "  assertion: {jwks_file: jwks.json}\n  clusters: [{kubeconfig: kubeconfig}]\n";

  @TempDir private Path directory;

  @Test
  void aMinimalFileGetsTheDefaults() throws Exception {
    var config = load(MINIMAL).section();

    assertThat(config.address()).isEqualTo("0.0.0.0");
    assertThat(config.tls().clientSans()).containsExactly("envoy");
    assertThat(config.assertion().issuer()).isEqualTo("helmgate-extauthz");
    assertThat(config.assertion().audience()).isEqualTo("helmgate-deployer");
    assertThat(config.clusters())
        .containsExactly(
            new ClusterConfig(
                "default",
                "kubeconfig",
                "",
                false,
                "helmgate",
                Duration.ofSeconds(10),
                256,
                200,
                ReleaseCaching.NONE));
    assertThat(config.facadeCluster()).isEqualTo("default");
    assertThat(config.helm().threads()).isEqualTo(4);
    assertThat(config.helm().queue()).isEqualTo(32);
    assertThat(config.helm().timeout()).isEqualTo(Duration.ofMinutes(5));
    assertThat(config.charts().maxIndexSize().bytes()).isEqualTo(64L << 20);
    assertThat(config.graphql().introspection()).isTrue();
    assertThat(config.graphql().playground()).isNull();
    assertThat(config.reflection()).isTrue();
  }

  @Test
  void aPlaygroundNeedsAnIssuerAndAClient() throws Exception {
    var playground =
        load(MINIMAL + "  graphql: {playground: {issuer: 'http://127.0.0.1:8080/r', client_id: c}}")
            .section()
            .graphql()
            .playground();

    assertThat(playground)
        .isEqualTo(new PlaygroundConfig("http://127.0.0.1:8080/r", "c", List.of()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          assertion: {}                                  | deployer.assertion.jwks_file
          assertion: {jwks_file: a, jwks_url: 'https://b'} | deployer.assertion.jwks_url
          assertion: {jwks_url: 'http://b'}              | deployer.assertion.jwks_url
          assertion: {jwks_file: a, issuer: ''}          | deployer.assertion.issuer
          clusters: []                                   | deployer.clusters
          clusters: [{}]                                 | deployer.clusters[0].kubeconfig
          clusters: [{kubeconfig: a, in_cluster: true}]  | deployer.clusters[0].in_cluster
          clusters: [{in_cluster: true, context: x}]     | deployer.clusters[0].context
          clusters: [{in_cluster: true, name: A_b}]      | deployer.clusters[0].name
          clusters: [{in_cluster: true, name: '-'}]      | deployer.clusters[0].name
          clusters: [{in_cluster: true, calls: 0}]       | deployer.clusters[0].calls
          clusters: [{in_cluster: true, timeout: 1s}]    | deployer.clusters[0].timeout
          default_cluster: other                         | deployer.default_cluster
          kubernetes: {in_cluster: true}                 | deployer.kubernetes
          helm: {threads: 0}                             | deployer.helm.threads
          helm: {timeout: soon}                          | deployer.helm.timeout
          helm: {engine: thread}                         | deployer.helm.engine
          helm: {processes: {max_memory: 255MiB}}        | deployer.helm.processes.max_memory
          charts: {max_chart_size: 3}                    | deployer.charts.max_chart_size
          reflexion: true                                | deployer.reflexion
          graphql: {playground: {issuer: 'https://a'}}   | deployer.graphql.playground.client_id
          graphql: {playground: {client_id: c}}          | deployer.graphql.playground.issuer
          graphql: {playground: {issuer: 'http://a.example', client_id: c}} | deployer.graphql.playground.issuer
          graphql: {playground: {issuer: 'https://a/?x', client_id: c}} | deployer.graphql.playground.issuer
          graphql: {playground: {issuer: 'https://u@a/', client_id: c}} | deployer.graphql.playground.issuer
          graphql: {playground: {issuer: 'https://a', client_id: c, scopes: ['a b']}} | deployer.graphql.playground.scopes[0]
          graphql: {introspection: false, playground: {issuer: 'https://a', client_id: c}} | deployer.graphql.playground
          """)
  void aBrokenRuleNamesItsKey(String lines, String key) {
    var wrong = lines.substring(0, lines.indexOf(':'));
    var others =
        "assertion: {jwks_file: jwks.json}\nclusters: [{kubeconfig: kubeconfig}]\n"
            .lines()
            .filter(line -> !line.startsWith(wrong))
            .reduce("", (text, line) -> text + "  " + line + "\n");

    assertThat(problems(TLS + others + "  " + lines + "\n").problems())
        .extracting(Problem::key)
        .containsExactly(key);
  }

  @Test
  void severalClustersHaveNamesOfTheirOwnAndADefaultOne() throws Exception {
    var several =
        """
          assertion: {jwks_file: jwks.json}
          default_cluster: far
          clusters:
            - {name: near, in_cluster: true, request_timeout: 2s}
            - {name: far, kubeconfig: a, context: x, operations: 3}
            - {name: farther, kubeconfig: a, context: y, namespace: ours}
        """;

    var config = load(TLS + several).section();

    assertThat(config.facadeCluster()).isEqualTo("far");
    assertThat(config.clusters())
        .extracting(ClusterConfig::name)
        .containsExactly("near", "far", "farther");
    assertThat(config.clusters().getFirst().requestTimeout()).isEqualTo(Duration.ofSeconds(2));
    assertThat(config.clusters().get(1).operations()).isEqualTo(3);
    assertThat(config.clusters().getLast().namespace()).isEqualTo("ours");
    assertThat(keys(several.replace("default_cluster: far", "default_cluster: ''")))
        .containsExactly("deployer.default_cluster");
    assertThat(keys(several.replace("name: near", "name: far")))
        .containsExactly("deployer.clusters[1].name");
    assertThat(keys(several.replace("context: y", "context: x")))
        .containsExactly("deployer.clusters[2].kubeconfig");
    assertThat(keys(several + "  helm: {threads: 2}\n")).containsExactly("deployer.helm.threads");
  }

  private List<String> keys(String lines) {
    return problems(TLS + lines).problems().stream().map(Problem::key).toList();
  }

  @Test
  void nothingConfiguredIsEveryProblemAtOnce() {
    assertThat(problems("port: 8820\n").problems())
        .extracting(Problem::key)
        .contains("deployer.tls");
    assertThat(problems("deployer: {tls: {}}\n").problems())
        .extracting(Problem::key)
        .contains(
            "deployer.tls.cert_file",
            "deployer.tls.key_file",
            "deployer.tls.client_ca_file",
            "deployer.tls.client_sans",
            "deployer.clusters");
  }

  @Test
  void aVariableOverridesAKey() throws Exception {
    var file = write(MINIMAL);
    var config =
        ConfigLoader.load(
                file,
                Map.of("HELMGATE_DEPLOYER__GRAPHQL__INTROSPECTION", "false"),
                "deployer",
                DeployerConfig.class)
            .section();

    assertThat(config.graphql().introspection()).isFalse();
  }

  @Test
  void theDocumentListsEveryKey() throws IOException {
    var rows = ConfigReference.sectionRows("deployer", DeployerConfig.class.getClassLoader());
    var document = Files.readString(Path.of("../docs/configuration.md"));

    assertThat(ConfigReference.missingRows(rows, document)).isEmpty();
  }

  private Loaded<DeployerConfig> load(String yaml) throws Exception {
    return ConfigLoader.load(write(yaml), Map.of(), "deployer", DeployerConfig.class);
  }

  private InvalidConfigException problems(String yaml) {
    return catchThrowableOfType(InvalidConfigException.class, () -> load(yaml));
  }

  private Path write(String yaml) throws IOException {
    return Files.writeString(directory.resolve("helmgate.yaml"), yaml);
  }
}
