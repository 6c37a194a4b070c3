package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.protobuf.FieldMask;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.helmgate.proto.deployer.v1.ChartServiceGrpc;
import io.helmgate.proto.deployer.v1.ChartVersion;
import io.helmgate.proto.deployer.v1.GetChartVersionRequest;
import io.helmgate.proto.deployer.v1.ListChartsRequest;
import io.helmgate.proto.deployer.v1.RefreshRepositoryRequest;
import io.helmgate.proto.deployer.v1.RepositoryServiceGrpc;
import org.junit.jupiter.api.Test;

/** Charts and repositories through Envoy. */
class ChartsIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String TEAM_MEMBER = "bob";
  private static final String NEWEST = "repositories/sandbox/charts/demo/versions/0.2.0";

  @Test
  void chartsAreSearchedAndShownByGrpc() {
    var charts = ChartServiceGrpc.newBlockingStub(HELMGATE.channel(TEAM_MEMBER));

    var found =
        charts.listCharts(
            ListChartsRequest.newBuilder().setParent("repositories/-").setSearch("demo").build());
    var shown =
        charts.getChartVersion(
            GetChartVersionRequest.newBuilder()
                .setName("repositories/sandbox/charts/demo/versions/latest")
                .setView(FieldMask.newBuilder().addPaths("name").addPaths("default_values"))
                .build());

    assertThat(found.getChartsList()).extracting(ChartVersion::getName).containsExactly(NEWEST);
    assertThat(shown.getName()).isEqualTo(NEWEST);
    assertThat(shown.getDefaultValues().getFieldsMap()).isNotEmpty();
    assertThat(shown.getChart()).as("not in the view").isEmpty();
  }

  @Test
  void chartsAreSearchedAndShownByRest() {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));

    var found = http.send("GET", "/v1/repositories/sandbox/charts?search=demo", "");
    var shown = http.send("GET", "/v1/" + NEWEST + "?view=defaultValues,version", "");

    assertThat(found.status()).as(found.body()).isEqualTo(200);
    assertThat(found.json().at("/charts/0/name").asText()).isEqualTo(NEWEST);
    assertThat(shown.status()).as(shown.body()).isEqualTo(200);
    assertThat(shown.json().path("version").asText()).isEqualTo("0.2.0");
    assertThat(shown.json().path("defaultValues")).isNotEmpty();
  }

  @Test
  void chartsAreSearchedAndShownByGraphql() {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));

    var reply =
        http.send(
            "POST",
            "/graphql",
            """
            {"query": "{ charts(input: {parent: \\"repositories/-\\", search: \\"demo\\"}) \
            { charts { name } } chartVersion(input: {name: \\"%s\\"}) \
            { version default_values provenance { state } } }"}
            """
                .formatted(NEWEST));

    assertThat(reply.status()).as(reply.body()).isEqualTo(200);
    assertThat(reply.json().at("/data/charts/charts/0/name").asText()).isEqualTo(NEWEST);
    assertThat(reply.json().at("/data/chartVersion/version").asText()).isEqualTo("0.2.0");
    assertThat(reply.json().at("/data/chartVersion/default_values")).isNotEmpty();
    assertThat(reply.json().at("/data/chartVersion/provenance/state").asText())
        .isEqualTo("PROVENANCE_STATE_UNSIGNED");
  }

  @Test
  void repositoriesAreRefreshedByWhomThePolicyLets() {
    var request = RefreshRepositoryRequest.newBuilder().setName("repositories/sandbox").build();

    assertThat(
            RepositoryServiceGrpc.newBlockingStub(HELMGATE.channel("alice"))
                .refreshRepository(request)
                .getReady())
        .isTrue();
    assertThatThrownBy(
            () ->
                RepositoryServiceGrpc.newBlockingStub(HELMGATE.channel(TEAM_MEMBER))
                    .refreshRepository(request))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
  }
}
