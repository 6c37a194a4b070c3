package io.helmgate.deployer;

import io.helmgate.deployer.dispatch.Calls;
import io.helmgate.deployer.dispatch.ChartCalls;
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
import java.time.Clock;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Map;

/** All services of the API, on the use cases. */
final class ApiCalls {

  private ApiCalls() {}

  /**
   * Puts them together.
   *
   * @param cluster its name in resource names
   * @param longestWatch how long a stream lasts at most
   */
  static Calls of(ReleaseParts parts, String cluster, Duration longestWatch) {
    var names = new ResourceNames(cluster);
    var releases = new ReleaseMessages(names, parts.disclosure(), Clock.systemUTC());
    var operations = new OperationMessages(names, releases, Clock.systemUTC());
    return Calls.of(
        Map.of(
            "helmgate.HelmProxyService",
            new HelmProxyCalls(parts.releases(), parts.repositories().charts(), parts.disclosure()),
            ReleaseCalls.SERVICE,
            new ReleaseCalls(parts.catalog(), parts.operations(), names, releases, operations),
            OperationCalls.SERVICE,
            new OperationCalls(
                parts.operations(),
                names,
                operations,
                new OperationStreams(operations, longestWatch, InstantSource.system())),
            ChartCalls.SERVICE,
            new ChartCalls(parts.repositories().catalog()),
            PlanCalls.SERVICE,
            new PlanCalls(
                parts.previews(),
                names,
                new PlanMessages(names, parts.disclosure(), new YamlDocuments())),
            RepositoryCalls.SERVICE,
            new RepositoryCalls(parts.repositories())));
  }
}
