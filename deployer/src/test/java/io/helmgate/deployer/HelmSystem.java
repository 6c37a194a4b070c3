package io.helmgate.deployer;

import io.helmgate.deployer.chart.ChartLimits;
import io.helmgate.deployer.chart.ChartRepositories;
import io.helmgate.deployer.chart.TestRepository;
import io.helmgate.deployer.helm.ChartSchema;
import io.helmgate.deployer.helm.EngineLimits;
import io.helmgate.deployer.helm.HelmProcesses;
import io.helmgate.deployer.helm.HelmRenderer;
import io.helmgate.deployer.helm.HelmRuntime;
import io.helmgate.deployer.helm.InProcessHelm;
import io.helmgate.deployer.helm.QueuedHelmEngine;
import io.helmgate.deployer.kubernetes.ApiCluster;
import io.helmgate.deployer.kubernetes.ApiHookRunner;
import io.helmgate.deployer.kubernetes.ApiLiveObjects;
import io.helmgate.deployer.kubernetes.ApiPreflight;
import io.helmgate.deployer.kubernetes.ApiValues;
import io.helmgate.deployer.kubernetes.ClusterConnection;
import io.helmgate.deployer.kubernetes.Kubeconfig;
import io.helmgate.deployer.kubernetes.KubernetesApi;
import io.helmgate.deployer.kubernetes.Pause;
import io.helmgate.deployer.kubernetes.PlanSecrets;
import io.helmgate.deployer.kubernetes.ReadinessWait;
import io.helmgate.deployer.kubernetes.ReleaseSecrets;
import io.helmgate.deployer.kubernetes.ServiceApi;
import io.helmgate.deployer.kubernetes.YamlDocuments;
import io.helmgate.deployer.release.HelmReleases;
import io.helmgate.deployer.release.Rehearsal;
import io.helmgate.deployer.release.ReleasePorts;
import io.helmgate.sandbox.Sandbox;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;

/** The deployer without its transports, put together as its app does. */
public final class HelmSystem implements AutoCloseable {
  /** Revisions that are kept. */
  public static final int HISTORY_LIMIT = 5;

  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
  private final ExecutorService readers =
      Executors.newFixedThreadPool(4, Thread.ofVirtual().factory());
  private final KubernetesApi api;
  private final QueuedHelmEngine engine;
  private final ChartRepositories charts;
  private final ReleasePorts ports;
  private final HelmReleases releases;

  /** Where Helm runs. */
  public enum Engine {
    IN_PROCESS,
    CHILD_PROCESS;

    private HelmRuntime start(Path directory, Runnable signals) throws IOException {
      return switch (this) {
        case IN_PROCESS -> InProcessHelm.start(directory.resolve("first"), Map.of(), signals);
        case CHILD_PROCESS ->
            HelmProcesses.start(
                directory.resolve("processes"), new HelmProcesses.Limits(2, 500, 512L << 20));
      };
    }
  }

  private HelmSystem(Path kubeconfig, URI repository, Path directory, HelmRuntime helm)
      throws IOException {
    ClusterConnection cluster = Kubeconfig.read(kubeconfig, Optional.empty(), directory);
    this.api = KubernetesApi.connect("default", cluster, Duration.ofSeconds(10));
    this.engine =
        new QueuedHelmEngine(
            helm,
            directory.resolve("work"),
            new EngineLimits(2, 4, Duration.ofSeconds(5)),
            ReleaseFixture.MASKS);
    this.charts =
        ChartRepositories.start(
            List.of(TestRepository.settings("sandbox", repository)),
            ChartLimits.defaults(),
            directory.resolve("cache"),
            scheduler,
            Clock.systemUTC(),
            new Random(1));
    ReadinessWait readiness = new ReadinessWait(api, Clock.systemUTC(), Pause.by(scheduler));
    this.ports =
        new ReleasePorts(
            new ApiCluster(api),
            new ReleaseSecrets(api, readers),
            engine.on(cluster),
            charts,
            readiness,
            new ApiHookRunner(api, readiness, Clock.systemUTC()),
            new ApiLiveObjects(api, readers),
            new ApiValues(api),
            new ChartSchema(),
            new Rehearsal(
                new HelmRenderer(engine, new YamlDocuments()),
                new ApiPreflight(api, new YamlDocuments(), readers),
                new YamlDocuments()),
            new PlanSecrets(new ServiceApi(api, "helmgate")),
            ReleaseFixture.MASKS);
    this.releases =
        new HelmReleases(ports, Clock.systemUTC(), Duration.ofSeconds(60), HISTORY_LIMIT);
  }

  /** In this process, on the sandbox's cluster and charts. */
  public static HelmSystem start(Sandbox sandbox, Path directory) throws IOException {
    return start(sandbox, directory, Engine.IN_PROCESS);
  }

  /** On the sandbox's cluster and charts. */
  public static HelmSystem start(Sandbox sandbox, Path directory, Engine helm) throws IOException {
    return start(sandbox, directory, helm.start(directory, () -> {}));
  }

  /** With a Helm of one's own, on the sandbox's cluster and charts. */
  public static HelmSystem start(Sandbox sandbox, Path directory, HelmRuntime helm)
      throws IOException {
    return new HelmSystem(
        sandbox.cluster().serviceKubeconfig(), sandbox.charts().url(), directory, helm);
  }

  public static HelmSystem start(
      Path kubeconfig, URI repository, Path directory, Engine helm, Runnable signals)
      throws IOException {
    return new HelmSystem(kubeconfig, repository, directory, helm.start(directory, signals));
  }

  public HelmReleases releases() {
    return releases;
  }

  public ReleasePorts ports() {
    return ports;
  }

  public ScheduledExecutorService scheduler() {
    return scheduler;
  }

  public ChartRepositories charts() {
    return charts;
  }

  public KubernetesApi api() {
    return api;
  }

  @Override
  public void close() {
    engine.close();
    charts.close();
    readers.shutdownNow();
    scheduler.shutdownNow();
    api.close();
  }
}
