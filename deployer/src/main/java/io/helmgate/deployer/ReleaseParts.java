package io.helmgate.deployer;

import io.helmgate.deployer.catalog.ProvenancePolicy;
import io.helmgate.deployer.chart.ChartLimits;
import io.helmgate.deployer.chart.ChartRepositories;
import io.helmgate.deployer.chart.RepositorySettings;
import io.helmgate.deployer.chart.RepositorySettings.ClientCertificate;
import io.helmgate.deployer.chart.RepositorySettings.Login;
import io.helmgate.deployer.chart.RepositorySettings.Reach;
import io.helmgate.deployer.chart.RepositorySettings.Signatures;
import io.helmgate.deployer.chart.RepositorySettings.Tls;
import io.helmgate.deployer.chart.RepositorySettings.TokenService;
import io.helmgate.deployer.config.DeployerConfig;
import io.helmgate.deployer.config.DeployerConfig.ChartsConfig;
import io.helmgate.deployer.kubernetes.YamlDocuments;
import io.helmgate.deployer.release.Disclosure;
import io.helmgate.deployer.values.Masks;
import io.helmgate.kit.admin.Readiness;
import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.config.RepositoryConfig;
import io.helmgate.kit.lifecycle.Closer;
import io.helmgate.kit.lifecycle.ServiceContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** The use cases on all clusters, put together with Helm and the chart repositories. */
record ReleaseParts(
    List<ClusterParts> clusters,
    String facadeCluster,
    ChartRepositories repositories,
    Disclosure disclosure) {

  ReleaseParts {
    clusters = List.copyOf(clusters);
  }

  private static final int SHOW_REPOSITORIES_SECONDS = 5;

  static ReleaseParts start(
      Loaded<DeployerConfig> config,
      ServiceContext context,
      Readiness readiness,
      ScheduledExecutorService timer,
      Closer closer)
      throws IOException {
    var section = config.section();
    var common = config.common();
    var temporary = Path.of(System.getProperty("java.io.tmpdir"));
    var work = closer.register("work directory", WorkDirectory.create(temporary)).path();
    var engine =
        closer.register("Helm engine", EngineParts.start(config, context, work.resolve("helm")));
    var charts = charts(config, work, timer, closer);
    show(charts, readiness, timer);
    var shared =
        new ClusterParts.Shared(
            section,
            common.shutdownTimeout(),
            engine,
            charts,
            work,
            context.environment(),
            readiness,
            timer);
    List<Closer> closers = new ArrayList<>();
    closer.onClose("clusters", () -> close(closers));
    List<ClusterParts> clusters = new ArrayList<>();
    for (var cluster : section.clusters()) {
      closers.add(new Closer());
      clusters.add(ClusterParts.start(cluster, shared, closers.getLast()));
    }
    return new ReleaseParts(
        clusters,
        section.facadeCluster(),
        charts,
        new Disclosure(Masks.of(section.values().masks()), new YamlDocuments()));
  }

  /** The cluster of requests that name none. */
  ClusterParts facade() {
    return clusters.stream()
        .filter(cluster -> cluster.name().equals(facadeCluster))
        .findFirst()
        .orElseThrow();
  }

  /** At the same time, since each may wait for its operations. */
  private static void close(List<Closer> clusters) throws Exception {
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var closing =
          clusters.stream()
              .map(
                  cluster ->
                      threads.submit(
                          () -> {
                            cluster.close();
                            return cluster;
                          }))
              .toList();
      for (var each : closing) {
        each.get();
      }
    }
  }

  private static ChartRepositories charts(
      Loaded<DeployerConfig> config, Path work, ScheduledExecutorService timer, Closer closer)
      throws IOException {
    var section = config.section();
    var common = config.common();
    return closer.register(
        "chart repositories",
        ChartRepositories.start(
            common.repos().stream().map(ReleaseParts::repository).toList(),
            limits(section.charts()),
            present(section.charts().cacheDir())
                .map(Path::of)
                .orElseGet(() -> work.resolve("charts")),
            timer,
            Clock.systemUTC(),
            RandomGenerator.getDefault()));
  }

  private static ChartLimits limits(ChartsConfig config) {
    return new ChartLimits(
        config.maxIndexSize().bytes(),
        config.maxIndexVersions(),
        config.maxChartSize().bytes(),
        config.maxCacheSize().bytes(),
        config.fetchTimeout(),
        config.refreshInterval());
  }

  private static RepositorySettings repository(RepositoryConfig config) {
    return new RepositorySettings(
        config.name(),
        URI.create(config.url()),
        present(config.username()).map(name -> new Login(name, config.password().reveal())),
        new Tls(
            present(config.certFile())
                .map(file -> new ClientCertificate(Path.of(file), Path.of(config.keyFile()))),
            present(config.caFile()).map(Path::of),
            config.insecureSkipTlsVerify()),
        new Reach(
            config.allowPrivate(), Set.copyOf(config.allowedHosts()), config.passCredentialsAll()),
        tokenService(config.tokenService()),
        config.charts(),
        new Signatures(
            ProvenancePolicy.valueOf(config.provenance().toUpperCase(Locale.ROOT)),
            present(config.keyring()).map(Path::of)));
  }

  private static Optional<TokenService> tokenService(RepositoryConfig.TokenService config) {
    return present(config.url())
        .map(
            url ->
                new TokenService(
                    URI.create(url),
                    present(config.username())
                        .map(name -> new Login(name, config.password().reveal())),
                    Optional.of(config.token()).filter(token -> !token.isEmpty())));
  }

  /** Shows in readiness which repositories cannot be used; the others can. */
  private static void show(
      ChartRepositories charts, Readiness readiness, ScheduledExecutorService timer) {
    var condition = readiness.informative("chart repositories");
    var _ =
        timer.scheduleWithFixedDelay(
            () -> {
              var failing =
                  charts.infos().stream()
                      .filter(info -> !info.ready())
                      .map(info -> info.name() + " (" + info.error() + ")")
                      .collect(Collectors.joining(", "));
              condition.set(failing.isEmpty(), failing);
            },
            0,
            SHOW_REPOSITORIES_SECONDS,
            TimeUnit.SECONDS);
  }

  static Optional<String> present(String text) {
    return Optional.of(text).filter(Predicate.not(String::isEmpty));
  }
}
