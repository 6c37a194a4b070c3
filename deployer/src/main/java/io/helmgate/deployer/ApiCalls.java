package io.helmgate.deployer;

import io.helmgate.deployer.cluster.ClusterCatalog;
import io.helmgate.deployer.dispatch.AllClustersCalls;
import io.helmgate.deployer.dispatch.AllClustersCalls.OnCluster;
import io.helmgate.deployer.dispatch.CallLimit;
import io.helmgate.deployer.dispatch.Calls;
import io.helmgate.deployer.dispatch.ChartCalls;
import io.helmgate.deployer.dispatch.ClusterCalls;
import io.helmgate.deployer.dispatch.ClusterRouter;
import io.helmgate.deployer.dispatch.HelmProxyCalls;
import io.helmgate.deployer.dispatch.OperationCalls;
import io.helmgate.deployer.dispatch.OperationMessages;
import io.helmgate.deployer.dispatch.OperationStreams;
import io.helmgate.deployer.dispatch.PlanCalls;
import io.helmgate.deployer.dispatch.PlanMessages;
import io.helmgate.deployer.dispatch.ReleaseCalls;
import io.helmgate.deployer.dispatch.ReleaseMessages;
import io.helmgate.deployer.dispatch.RepositoryCalls;
import io.helmgate.deployer.dispatch.ResourceNames;
import io.helmgate.deployer.kubernetes.YamlDocuments;
import io.helmgate.deployer.release.Disclosure;
import io.helmgate.proto.ChartFilter;
import io.helmgate.proto.deployer.v1.GetChartVersionRequest;
import io.helmgate.proto.deployer.v1.RefreshRepositoryRequest;
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** All services of the API, on the use cases. */
final class ApiCalls {

  private ApiCalls() {}

  /** Calls that are on several clusters at a time; others wait for none of those. */
  private static final int CALLS_ON_SEVERAL = 32;

  /** Calls that may wait for chart repositories; others answer from memory. */
  private static final int CALLS_ON_REPOSITORIES = 16;

  /**
   * Puts them together.
   *
   * @param longestWatch how long a stream lasts at most
   */
  static Calls of(ReleaseParts parts, Duration longestWatch) {
    Map<String, Calls> clusters = new HashMap<>();
    Map<String, CallLimit> limits = new HashMap<>();
    Map<String, OnCluster> lists = new HashMap<>();
    for (var cluster : parts.clusters()) {
      var shown = shown(cluster, parts.disclosure());
      var limit = new CallLimit("cluster " + cluster.name(), cluster.calls());
      lists.put(cluster.name(), shown);
      limits.put(cluster.name(), limit);
      clusters.put(cluster.name(), limit.of(on(cluster, shown, parts.disclosure(), longestWatch)));
    }
    var facade = parts.facadeCluster();
    var refusing = Objects.requireNonNull(clusters.get(facade));
    var several = new CallLimit("several clusters", CALLS_ON_SEVERAL);
    clusters.put(ResourceNames.ALL, several.of(new AllClustersCalls(lists, refusing)));
    var fetching = new CallLimit("chart repositories", CALLS_ON_REPOSITORIES);
    var router = new ClusterRouter(clusters, refusing);
    var health = new ClusterCatalog(parts.clusters().stream().map(ClusterParts::health).toList());
    return Calls.of(
        Map.of(
            "helmgate.HelmProxyService",
            facade(parts, Objects.requireNonNull(limits.get(facade))),
            ReleaseCalls.SERVICE,
            router,
            OperationCalls.SERVICE,
            router,
            PlanCalls.SERVICE,
            router,
            ClusterCalls.SERVICE,
            several.of(new ClusterCalls(health, facade)),
            ChartCalls.SERVICE,
            fetching.of(
                new ChartCalls(parts.repositories().catalog()),
                GetChartVersionRequest.class::isInstance),
            RepositoryCalls.SERVICE,
            fetching.of(
                new RepositoryCalls(parts.repositories()),
                RefreshRepositoryRequest.class::isInstance)));
  }

  private static Calls facade(ReleaseParts parts, CallLimit limit) {
    var calls =
        new HelmProxyCalls(
            parts.facade().releases(),
            parts.facade().writes(),
            parts.repositories().charts(),
            parts.disclosure());
    return limit.of(calls, request -> !(request instanceof ChartFilter));
  }

  private static OnCluster shown(ClusterParts cluster, Disclosure disclosure) {
    var names = new ResourceNames(cluster.name());
    var releases = new ReleaseMessages(names, disclosure, Clock.systemUTC());
    return new OnCluster(
        cluster.catalog(),
        cluster.operations(),
        releases,
        new OperationMessages(names, releases, Clock.systemUTC()));
  }

  /** The services whose requests name a cluster, on one of them. */
  private static Calls on(
      ClusterParts cluster, OnCluster shown, Disclosure disclosure, Duration longestWatch) {
    var names = new ResourceNames(cluster.name());
    var operations = shown.operationMessages();
    return Calls.of(
        Map.of(
            ReleaseCalls.SERVICE,
            new ReleaseCalls(
                cluster.catalog(),
                cluster.operations(),
                names,
                shown.releaseMessages(),
                operations),
            OperationCalls.SERVICE,
            new OperationCalls(
                cluster.operations(),
                names,
                operations,
                new OperationStreams(operations, longestWatch, InstantSource.system())),
            PlanCalls.SERVICE,
            new PlanCalls(
                cluster.previews(),
                cluster.drift(),
                names,
                new PlanMessages(names, disclosure, new YamlDocuments()))));
  }
}
