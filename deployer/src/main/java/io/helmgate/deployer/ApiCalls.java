package io.helmgate.deployer;

import io.helmgate.deployer.dispatch.CallLimit;
import io.helmgate.deployer.dispatch.Calls;
import io.helmgate.deployer.dispatch.ChartCalls;
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
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;

/** All services of the API, on the use cases. */
final class ApiCalls {

  private ApiCalls() {}

  /**
   * Puts them together.
   *
   * @param longestWatch how long a stream lasts at most
   */
  static Calls of(ReleaseParts parts, Duration longestWatch) {
    Map<String, Calls> clusters = new HashMap<>();
    Map<String, CallLimit> limits = new HashMap<>();
    for (var cluster : parts.clusters()) {
      var limit = new CallLimit("cluster " + cluster.name(), cluster.calls());
      limits.put(cluster.name(), limit);
      clusters.put(cluster.name(), limit.of(on(cluster, parts.disclosure(), longestWatch)));
    }
    var facade = parts.facadeCluster();
    var router = new ClusterRouter(clusters, Objects.requireNonNull(clusters.get(facade)));
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
            ChartCalls.SERVICE,
            new ChartCalls(parts.repositories().catalog()),
            RepositoryCalls.SERVICE,
            new RepositoryCalls(parts.repositories())));
  }

  private static Calls facade(ReleaseParts parts, CallLimit limit) {
    var calls =
        new HelmProxyCalls(
            parts.facade().releases(), parts.repositories().charts(), parts.disclosure());
    var onCluster = limit.of(calls);
    return (caller, call) ->
        (call.request() instanceof ChartFilter ? calls : onCluster).execute(caller, call);
  }

  /** The services whose requests name a cluster, on one of them. */
  private static Calls on(ClusterParts cluster, Disclosure disclosure, Duration longestWatch) {
    var names = new ResourceNames(cluster.name());
    var releases = new ReleaseMessages(names, disclosure, Clock.systemUTC());
    var operations = new OperationMessages(names, releases, Clock.systemUTC());
    return Calls.of(
        Map.of(
            ReleaseCalls.SERVICE,
            new ReleaseCalls(cluster.catalog(), cluster.operations(), names, releases, operations),
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
