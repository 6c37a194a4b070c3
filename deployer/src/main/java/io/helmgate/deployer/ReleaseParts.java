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
import io.helmgate.deployer.config.DeployerConfig.KubernetesConfig;
import io.helmgate.deployer.helm.ChartSchema;
import io.helmgate.deployer.helm.EngineLimits;
import io.helmgate.deployer.helm.HelmRenderer;
import io.helmgate.deployer.helm.NativeHelmEngine;
import io.helmgate.deployer.kubernetes.ApiCluster;
import io.helmgate.deployer.kubernetes.ApiHookRunner;
import io.helmgate.deployer.kubernetes.ApiPreflight;
import io.helmgate.deployer.kubernetes.ApiValues;
import io.helmgate.deployer.kubernetes.ClusterConnection;
import io.helmgate.deployer.kubernetes.Kubeconfig;
import io.helmgate.deployer.kubernetes.KubernetesApi;
import io.helmgate.deployer.kubernetes.Pause;
import io.helmgate.deployer.kubernetes.PlanSecrets;
import io.helmgate.deployer.kubernetes.ReadinessPoll;
import io.helmgate.deployer.kubernetes.ReleaseSecrets;
import io.helmgate.deployer.kubernetes.ServiceApi;
import io.helmgate.deployer.kubernetes.YamlDocuments;
import io.helmgate.deployer.operation.OperatedReleases;
import io.helmgate.deployer.operation.Operations;
import io.helmgate.deployer.release.Disclosure;
import io.helmgate.deployer.release.HelmReleases;
import io.helmgate.deployer.release.Previews;
import io.helmgate.deployer.release.Rehearsal;
import io.helmgate.deployer.release.ReleaseCatalog;
import io.helmgate.deployer.release.ReleasePorts;
import io.helmgate.deployer.release.Releases;
import io.helmgate.deployer.release.StoredReleases;
import io.helmgate.deployer.values.Masks;
import io.helmgate.kit.admin.Readiness;
import io.helmgate.kit.config.Loaded;
import io.helmgate.kit.config.RepositoryConfig;
import io.helmgate.kit.lifecycle.Closer;
import io.helmgate.kit.lifecycle.ServiceContext;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Instant;
import java.util.Comparator;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.random.RandomGenerator;
import java.util.stream.Collectors;

/** The use cases, put together with Helm, the cluster and the chart repositories. */
record ReleaseParts(
    Releases releases,
    ChartRepositories repositories,
    ReleaseCatalog catalog,
    Operations operations,
    Previews previews,
    Disclosure disclosure) {

  /** Release records that are read side by side. */
  private static final int READERS = 16;

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
    var work = Files.createTempDirectory("helmgate-deployer-").toAbsolutePath();
    closer.onClose("work directory", () -> delete(work));
    var connection = connection(section.kubernetes(), context.environment(), work);
    var cluster =
        closer.register(
            "Kubernetes client",
            KubernetesApi.connect(connection, section.kubernetes().requestTimeout()));
    var readers =
        Executors.newFixedThreadPool(READERS, Thread.ofVirtual().name("read-", 0).factory());
    closer.onClose("readers", readers::shutdownNow);
    var engine =
        closer.register(
            "Helm engine",
            NativeHelmEngine.start(
                connection,
                Files.createDirectory(work.resolve("helm")),
                new EngineLimits(
                    section.helm().threads(), section.helm().queue(), common.shutdownTimeout()),
                context.environment(),
                context.signals()::install));
    var charts = charts(config, work, timer, closer);
    show(charts, readiness, timer);
    var poll = new ReadinessPoll(cluster, Clock.systemUTC(), Pause.by(timer));
    var plans = new PlanSecrets(new ServiceApi(cluster, section.operations().namespace()));
    var _ =
        timer.scheduleWithFixedDelay(
            () -> readers.execute(() -> plans.sweep(Instant.now())), 1, 1, TimeUnit.MINUTES);
    var ports =
        new ReleasePorts(
            new ApiCluster(cluster),
            new ReleaseSecrets(cluster, readers),
            engine,
            charts,
            poll,
            new ApiHookRunner(cluster, poll),
            new ApiValues(cluster),
            new ChartSchema(),
            rehearsal(engine, cluster, readers),
            plans);
    var releases = new HelmReleases(ports, Clock.systemUTC(), section.helm().timeout());
    var operations =
        OperationParts.start(
            section.operations(),
            common.shutdownTimeout(),
            cluster,
            ports,
            releases,
            timer,
            closer);
    return new ReleaseParts(
        new OperatedReleases(releases, operations, section.helm().timeout()),
        charts,
        new StoredReleases(ports.cluster(), ports.store()),
        operations,
        new Previews(ports, Clock.systemUTC(), new SecureRandom(), section.plans().retention()),
        new Disclosure(Masks.of(section.values().masks()), new YamlDocuments()));
  }

  private static Rehearsal rehearsal(
      NativeHelmEngine engine, KubernetesApi cluster, ExecutorService readers) {
    var manifests = new YamlDocuments();
    return new Rehearsal(
        new HelmRenderer(engine, manifests),
        new ApiPreflight(cluster, manifests, readers),
        manifests);
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

  private static ClusterConnection connection(
      KubernetesConfig config, Map<String, String> environment, Path work) throws IOException {
    return config.inCluster()
        ? ClusterConnection.inCluster(environment)
        : Kubeconfig.read(Path.of(config.kubeconfig()), present(config.context()), work);
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

  private static Optional<String> present(String text) {
    return Optional.of(text).filter(Predicate.not(String::isEmpty));
  }

  private static void delete(Path directory) throws IOException {
    try (var files = Files.walk(directory)) {
      for (var file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }
}
