package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.helmgate.proto.deployer.v1.Cluster;
import io.helmgate.proto.deployer.v1.ClusterServiceGrpc;
import io.helmgate.proto.deployer.v1.GetClusterRequest;
import io.helmgate.proto.deployer.v1.ListClustersRequest;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.proto.deployer.v1.ReleaseServiceGrpc;
import org.junit.jupiter.api.Test;

/** Clusters through Envoy. */
class ClustersIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String TEAM_MEMBER = "bob";
  private static final String DEFAULT = "clusters/default";

  @Test
  void clustersTellHowTheyAreByGrpc() {
    var clusters = ClusterServiceGrpc.newBlockingStub(HELMGATE.channel(TEAM_MEMBER));

    var all = clusters.listClusters(ListClustersRequest.getDefaultInstance());
    var one = clusters.getCluster(GetClusterRequest.newBuilder().setName(DEFAULT).build());

    assertThat(all.getClustersList()).extracting(Cluster::getName).containsExactly(DEFAULT);
    assertThat(one.getReachable()).isTrue();
    assertThat(one.getAdmitsCaller()).isTrue();
    assertThat(one.getKubernetesVersion()).startsWith("v1.");
    assertThat(one.getError()).isEmpty();
  }

  @Test
  void clustersTellHowTheyAreByRest() {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));

    var all = http.send("GET", "/v1/clusters", "");
    var one = http.send("GET", "/v1/clusters/default?view=reachable,kubernetesVersion", "");
    var none = http.send("GET", "/v1/clusters/none", "");

    assertThat(all.status()).as(all.body()).isEqualTo(200);
    assertThat(all.json().at("/clusters/0/name").asText()).isEqualTo(DEFAULT);
    assertThat(one.status()).as(one.body()).isEqualTo(200);
    assertThat(one.json().path("reachable").asBoolean()).isTrue();
    assertThat(one.json().path("kubernetesVersion").asText()).startsWith("v1.");
    assertThat(one.json().path("name").asText()).as("not in the view").isEmpty();
    assertThat(none.status()).isEqualTo(404);
  }

  @Test
  void clustersTellHowTheyAreByGraphql() {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));

    var reply =
        http.send(
            "POST",
            "/graphql",
            """
            {"query": "{ clusters(input: {}) { clusters { name } } \
            cluster(input: {name: \\"clusters/default\\"}) { reachable admits_caller facade } }"}
            """);

    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.json().at("/data/clusters/clusters/0/name").asText()).isEqualTo(DEFAULT);
    assertThat(reply.json().at("/data/cluster/reachable").asBoolean()).isTrue();
    assertThat(reply.json().at("/data/cluster/admits_caller").asBoolean()).isTrue();
    assertThat(reply.json().at("/data/cluster/facade").asBoolean()).isTrue();
  }

  @Test
  void allClustersAreReadAsFarAsThePolicyLets() {
    var releases = ReleaseServiceGrpc.newBlockingStub(HELMGATE.channel(TEAM_MEMBER));

    assertThat(releases.listReleases(list("team-a")).getUnreachableList()).isEmpty();
    for (var namespace : new String[] {"team-b", "-"}) {
      assertThatThrownBy(() -> releases.listReleases(list(namespace)))
          .isInstanceOfSatisfying(
              StatusRuntimeException.class,
              refused ->
                  assertThat(refused.getStatus().getCode())
                      .isEqualTo(Status.Code.PERMISSION_DENIED));
    }
    assertThat(
            ReleaseServiceGrpc.newBlockingStub(HELMGATE.channel("alice"))
                .listReleases(list("-"))
                .getUnreachableList())
        .isEmpty();
  }

  private static ListReleasesRequest list(String namespace) {
    return ListReleasesRequest.newBuilder().setParent("clusters/-/namespaces/" + namespace).build();
  }
}
