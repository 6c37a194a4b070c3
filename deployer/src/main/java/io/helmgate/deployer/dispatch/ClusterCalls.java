package io.helmgate.deployer.dispatch;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.protobuf.util.Durations;
import io.helmgate.deployer.cluster.ClusterCatalog;
import io.helmgate.deployer.cluster.ClusterInfo;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Page;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.deployer.v1.Cluster;
import io.helmgate.proto.deployer.v1.GetClusterRequest;
import io.helmgate.proto.deployer.v1.ListClustersRequest;
import io.helmgate.proto.deployer.v1.ListClustersResponse;
import java.util.regex.Pattern;

/** The RPCs of {@code helmgate.deployer.v1.ClusterService}, each by its use case. */
public final class ClusterCalls implements Calls {

  public static final String SERVICE = "helmgate.deployer.v1.ClusterService";

  private static final Pattern NAME = Pattern.compile("clusters/([a-z0-9]([-a-z0-9]*[a-z0-9])?)");

  private final ClusterCatalog clusters;
  private final String facade;

  /**
   * @param facade name of the cluster of requests that name none
   */
  public ClusterCalls(ClusterCatalog clusters, String facade) {
    this.clusters = clusters;
    this.facade = facade;
  }

  @Override
  public Reply execute(Caller caller, Call call) {
    return switch (call.request()) {
      case ListClustersRequest request ->
          UseCases.run(
              page(request),
              page -> clusters.clusters(caller, page),
              page -> clusters(request, page));
      case GetClusterRequest request ->
          UseCases.run(
              name(request.getName(), request.getView()),
              name -> clusters.cluster(caller, name),
              this::cluster);
      case Message _ -> throw new IllegalArgumentException("no such method: " + call.method());
    };
  }

  private static Validation<Page.Wanted> page(ListClustersRequest request) {
    var rules = new FieldRules();
    var page = PageTokens.wanted(request, rules);
    rules.view("view", request.getView(), ListClustersResponse.getDescriptor());
    return rules.result(() -> page);
  }

  private static Validation<String> name(String name, FieldMask view) {
    var rules = new FieldRules();
    var parts = NAME.matcher(name);
    boolean fits = rules.named("name", name, parts.matches(), "clusters/CLUSTER");
    rules.view("view", view, Cluster.getDescriptor());
    return rules.result(() -> fits ? parts.group(1) : "");
  }

  private ListClustersResponse clusters(ListClustersRequest request, Page<ClusterInfo> page) {
    return ListClustersResponse.newBuilder()
        .addAllClusters(page.items().stream().map(this::cluster).toList())
        .setNextPageToken(PageTokens.next(request, page))
        .build();
  }

  private Cluster cluster(ClusterInfo info) {
    return Cluster.newBuilder()
        .setName(ResourceNames.ofCluster(info.name()))
        .setReachable(info.reachable())
        .setAdmitsCaller(info.admitsCaller())
        .setKubernetesVersion(info.version().kubernetes())
        .setPlatform(info.version().platform())
        .setCheckTime(ReleaseMessages.timestamp(info.checked()))
        .setLatency(Durations.fromNanos(info.latency().toNanos()))
        .setError(info.error())
        .setFacade(info.name().equals(facade))
        .build();
  }
}
