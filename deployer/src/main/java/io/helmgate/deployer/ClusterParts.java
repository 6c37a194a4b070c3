package io.helmgate.deployer;

import com.github.benmanes.caffeine.cache.Ticker;
import io.helmgate.deployer.chart.ChartRepositories;
import io.helmgate.deployer.cluster.ClusterHealth;
import io.helmgate.deployer.cluster.ServerVersion;
import io.helmgate.deployer.config.DeployerConfig;
import io.helmgate.deployer.config.DeployerConfig.ClusterConfig;
import io.helmgate.deployer.config.DeployerConfig.ReleaseCaching;
import io.helmgate.deployer.helm.ChartSchema;
import io.helmgate.deployer.helm.HelmRenderer;
import io.helmgate.deployer.helm.QueuedHelmEngine;
import io.helmgate.deployer.kubernetes.ApiCluster;
import io.helmgate.deployer.kubernetes.ApiHookRunner;
import io.helmgate.deployer.kubernetes.ApiLiveObjects;
import io.helmgate.deployer.kubernetes.ApiPreflight;
import io.helmgate.deployer.kubernetes.ApiProbe;
import io.helmgate.deployer.kubernetes.ApiValues;
import io.helmgate.deployer.kubernetes.CachedListing;
import io.helmgate.deployer.kubernetes.ClusterConnection;
import io.helmgate.deployer.kubernetes.Kubeconfig;
import io.helmgate.deployer.kubernetes.KubernetesApi;
import io.helmgate.deployer.kubernetes.Pause;
import io.helmgate.deployer.kubernetes.PlanSecrets;
import io.helmgate.deployer.kubernetes.ReadinessWait;
import io.helmgate.deployer.kubernetes.ReleaseCache;
import io.helmgate.deployer.kubernetes.ReleaseSecrets;
import io.helmgate.deployer.kubernetes.ServiceApi;
import io.helmgate.deployer.kubernetes.YamlDocuments;
import io.helmgate.deployer.operation.AwaitedWrites;
import io.helmgate.deployer.operation.OperatedWrites;
import io.helmgate.deployer.operation.OperationSettings;
import io.helmgate.deployer.operation.Operations;
import io.helmgate.deployer.release.DirectListing;
import io.helmgate.deployer.release.DriftCheck;
import io.helmgate.deployer.release.HelmReleases;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Previews;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.Rehearsal;
import io.helmgate.deployer.release.ReleaseListing;
import io.helmgate.deployer.release.ReleasePorts;
import io.helmgate.deployer.release.Releases;
import io.helmgate.deployer.release.StoredReleases;
import io.helmgate.deployer.values.Masks;
import io.helmgate.kit.admin.Readiness;
import io.helmgate.kit.lifecycle.Closer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * The use cases on one cluster. Nothing of it is called while it is put together, so that a cluster
 * that is down holds up neither the start nor the others.
 *
 * @param calls at a time
 */
record ClusterParts(
    String name,
    int calls,
    Releases releases,
    AwaitedWrites writes,
    StoredReleases catalog,
    Operations operations,
    Previews previews,
    DriftCheck drift,
    ClusterHealth health) {

  /** Release records that are read side by side. */
  private static final int READERS = 16;

  private static final int SECONDS_BETWEEN_LOOKS = 10;

  /** What all clusters have in common. */
  record Shared(
      DeployerConfig config,
      Duration drain,
      QueuedHelmEngine engine,
      ChartRepositories charts,
      Path work,
      Map<String, String> environment,
      Readiness readiness,
      ScheduledExecutorService timer) {}

  static ClusterParts start(ClusterConfig config, Shared shared, Closer closer) throws IOException {
    var connection = connection(config, shared);
    var api =
        closer.register(
            "Kubernetes client",
            KubernetesApi.connect(config.name(), connection, config.requestTimeout()));
    var readers =
        Executors.newFixedThreadPool(READERS, Thread.ofVirtual().name("read-", 0).factory());
    closer.onClose("readers", readers::shutdownNow);
    var state = new ServiceApi(api, config.namespace());
    var ports = ports(connection, api, state, readers, shared);
    var _ =
        shared
            .timer()
            .scheduleWithFixedDelay(
                () -> readers.execute(() -> ports.plans().sweep(Instant.now())),
                1,
                1,
                TimeUnit.MINUTES);
    var timeout = shared.config().helm().timeout();
    var releases =
        new HelmReleases(ports, Clock.systemUTC(), timeout, shared.config().helm().historyLimit());
    var kept = shared.config().operations();
    var replica = UUID.randomUUID().toString();
    var operations =
        OperationParts.start(
            OperationParts.ports(
                config.name(),
                replica,
                kept.leaseDuration(),
                state,
                ports,
                releases,
                shared.timer()),
            new OperationSettings(replica, config.operations(), kept.retention(), shared.drain()),
            closer);
    return new ClusterParts(
        config.name(),
        config.calls(),
        releases,
        new OperatedWrites(releases, operations, timeout),
        new StoredReleases(ports, listing(config, connection, ports, readers, shared, closer)),
        operations,
        new Previews(
            ports, Clock.systemUTC(), new SecureRandom(), shared.config().plans().retention()),
        new DriftCheck(ports),
        health(config.name(), new ApiProbe(api, state), shared.readiness(), closer));
  }

  /** A cache that cannot be filled is shown in readiness; lists do without it. */
  private static ReleaseListing listing(
      ClusterConfig config,
      ClusterConnection connection,
      ReleasePorts ports,
      ExecutorService readers,
      Shared shared,
      Closer closer) {
    var direct = new DirectListing(ports.store());
    if (config.releaseCache() == ReleaseCaching.NONE) {
      return direct;
    }
    var cache = closer.register("release cache", ReleaseCache.start(connection));
    var condition = shared.readiness().informative("release cache of " + config.name());
    var _ =
        shared
            .timer()
            .scheduleWithFixedDelay(
                () -> condition.set(cache.filled(), cache.filled() ? "" : "is being filled"),
                0,
                1,
                TimeUnit.SECONDS);
    return new CachedListing(cache, direct, ports.cluster(), readers, Ticker.systemTicker());
  }

  private static ClusterConnection connection(ClusterConfig config, Shared shared)
      throws IOException {
    return config.inCluster()
        ? ClusterConnection.inCluster(shared.environment())
        : Kubeconfig.read(
            Path.of(config.kubeconfig()),
            ReleaseParts.present(config.context()),
            Files.createDirectories(shared.work().resolve("clusters").resolve(config.name())));
  }

  private static ReleasePorts ports(
      ClusterConnection connection,
      KubernetesApi api,
      ServiceApi state,
      ExecutorService readers,
      Shared shared) {
    var wait = new ReadinessWait(api, Clock.systemUTC(), Pause.by(shared.timer()));
    var manifests = new YamlDocuments();
    return new ReleasePorts(
        new ApiCluster(api),
        new ReleaseSecrets(api, readers),
        shared.engine().on(connection),
        shared.charts(),
        wait,
        new ApiHookRunner(api, wait, Clock.systemUTC()),
        new ApiLiveObjects(api, readers),
        new ApiValues(api),
        new ChartSchema(),
        new Rehearsal(
            new HelmRenderer(shared.engine(), manifests),
            new ApiPreflight(api, manifests, readers),
            manifests),
        new PlanSecrets(state),
        Masks.of(shared.config().values().masks()));
  }

  /** Shows in readiness whether the cluster can be used; the service is ready without it. */
  private static ClusterHealth health(
      String name, ApiProbe probe, Readiness readiness, Closer closer) {
    var health = new ClusterHealth(name, probe, Clock.systemUTC(), System::nanoTime);
    var condition = readiness.informative("cluster " + name);
    var looks =
        Executors.newSingleThreadScheduledExecutor(Thread.ofVirtual().name("health").factory());
    closer.onClose("health", looks::shutdownNow);
    var _ =
        looks.scheduleWithFixedDelay(
            () -> {
              switch (health.look()) {
                case Outcome.Success<ServerVersion>(var version) ->
                    condition.set(true, version.kubernetes());
                case Outcome.Failure<ServerVersion>(Reason _, String why, var _) ->
                    condition.set(false, why);
              }
            },
            0,
            SECONDS_BETWEEN_LOOKS,
            TimeUnit.SECONDS);
    return health;
  }
}
