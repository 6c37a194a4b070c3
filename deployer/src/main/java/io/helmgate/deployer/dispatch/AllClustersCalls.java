package io.helmgate.deployer.dispatch;

import com.google.protobuf.Message;
import io.helmgate.deployer.cluster.AllClusters;
import io.helmgate.deployer.cluster.AllReleases;
import io.helmgate.deployer.cluster.Found;
import io.helmgate.deployer.operation.Operation;
import io.helmgate.deployer.operation.Operations;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.ReleaseCatalog;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.deployer.v1.ListOperationsRequest;
import io.helmgate.proto.deployer.v1.ListOperationsResponse;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.proto.deployer.v1.ListReleasesResponse;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** The lists that may be of all clusters, {@code clusters/-} (AIP-159, AIP-217). */
public final class AllClustersCalls implements Calls {

  private static final ResourceNames NAMES = new ResourceNames(ResourceNames.ALL);

  private final Map<String, OnCluster> clusters;
  private final AllClusters<OnCluster> all;
  private final AllReleases<OnCluster> releases;
  private final Calls others;

  /** What there is on one cluster, and how it is shown. */
  public record OnCluster(
      ReleaseCatalog releases,
      Operations operations,
      ReleaseMessages releaseMessages,
      OperationMessages operationMessages) {}

  /**
   * @param clusters by their names
   * @param others refuses calls that are for one cluster only
   */
  public AllClustersCalls(Map<String, OnCluster> clusters, Calls others) {
    this.clusters = Map.copyOf(clusters);
    this.all = new AllClusters<>(clusters);
    this.releases = new AllReleases<>(all, OnCluster::releases);
    this.others = others;
  }

  @Override
  public Reply execute(Caller caller, Call call) {
    return switch (call.request()) {
      case ListReleasesRequest request ->
          UseCases.run(
              new ReleaseRequests(NAMES).list(request),
              query -> releases.releases(caller, query.selection(), query.page(), query.whole()),
              page -> releases(request, page));
      case ListOperationsRequest request ->
          UseCases.run(
              OperationCalls.list(request, NAMES),
              query ->
                  all.ask(
                          cluster ->
                              cluster
                                  .operations()
                                  .list(
                                      caller,
                                      query.releases().namespace(),
                                      query.releases().release()))
                      .map(
                          found ->
                              new OperationsPage(
                                  found.page(
                                      query.page(), OperationCalls::countdown, String::compareTo),
                                  found.unreachable())),
              page -> operations(request, page));
      case Message _ -> others.execute(caller, call);
    };
  }

  private record OperationsPage(Page<Found<Operation>> page, List<String> unreachable) {}

  private ListReleasesResponse releases(
      ListReleasesRequest request, AllReleases.ReleasesPage page) {
    var response =
        ListReleasesResponse.newBuilder().setNextPageToken(PageTokens.next(request, page.page()));
    for (var found : page.page().items()) {
      response.addReleases(
          on(found).releaseMessages().release(found.item(), request.getView(), "releases."));
    }
    page.unreachable().forEach(name -> response.addUnreachable(ResourceNames.ofCluster(name)));
    return response.build();
  }

  private ListOperationsResponse operations(ListOperationsRequest request, OperationsPage page) {
    var response =
        ListOperationsResponse.newBuilder().setNextPageToken(PageTokens.next(request, page.page()));
    for (var found : page.page().items()) {
      response.addOperations(on(found).operationMessages().operation(found.item()));
    }
    page.unreachable().forEach(name -> response.addUnreachable(ResourceNames.ofCluster(name)));
    return response.build();
  }

  private OnCluster on(Found<?> found) {
    return Objects.requireNonNull(clusters.get(found.cluster()));
  }
}
