package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.FieldMask;
import io.helmgate.e2e.client.HttpApi;
import io.helmgate.proto.deployer.v1.ChartServiceGrpc;
import io.helmgate.proto.deployer.v1.ChartVersion;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.ListChartsRequest;
import io.helmgate.proto.deployer.v1.ReleaseServiceGrpc;
import io.helmgate.sandbox.charts.OciRegistry;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;

/** Charts of a real OCI registry that asks for a bearer token for each, through Envoy. */
class PrivateChartsIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String TEAM_MEMBER = "bob";
  private static final String TEAM_A = "clusters/default/namespaces/team-a";
  private static final String REPOSITORY = "repositories/" + PrivateRegistry.NAME;
  private static final String CHART = PrivateRegistry.NAME + "/" + PrivateRegistry.CHART;
  private static final String VERSION =
      REPOSITORY + "/charts/" + PrivateRegistry.CHART + "/versions/" + PrivateRegistry.VERSION;

  @Test
  void aChartIsFoundAndInstalledByGrpc() {
    var channel = HELMGATE.channel(TEAM_MEMBER);
    var found =
        ChartServiceGrpc.newBlockingStub(channel)
            .listCharts(ListChartsRequest.newBuilder().setParent(REPOSITORY).build());
    var id = HELMGATE.freshName("private");
    var installed =
        ReleaseServiceGrpc.newBlockingStub(channel)
            .installRelease(
                InstallReleaseRequest.newBuilder()
                    .setParent(TEAM_A)
                    .setReleaseId(id)
                    .setChart(CHART)
                    .setWait(true)
                    .setView(FieldMask.newBuilder().addPaths("done").addPaths("response"))
                    .build());

    assertThat(found.getChartsList()).extracting(ChartVersion::getName).containsExactly(VERSION);
    assertThat(installed.hasResponse()).as(installed.toString()).isTrue();
    assertInstalled(id);
  }

  @Test
  void aChartIsFoundAndInstalledByRest() throws IOException, GeneralSecurityException {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));
    var id = HELMGATE.freshName("private");

    var found = http.send("GET", "/v1/" + REPOSITORY + "/charts", "");
    var installed =
        http.send(
            "POST",
            "/v1/" + TEAM_A + "/releases",
            "{\"releaseId\": \"%s\", \"chart\": \"%s\", \"wait\": true}".formatted(id, CHART));

    assertThat(found.json().at("/charts/0/name").asText()).as(found.body()).isEqualTo(VERSION);
    var chart = installed.json().at("/response/chart");
    assertThat(chart.path("sourceUrl").asText()).as(installed.body()).startsWith("oci://");
    assertThat(chart.path("digest").asText()).isEqualTo("sha256:" + archiveDigest());
    assertInstalled(id);
  }

  @Test
  void aChartIsFoundAndInstalledByGraphql() {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));
    var id = HELMGATE.freshName("private");

    var found =
        graphql(
            http, "{ charts(input: {parent: \\\"" + REPOSITORY + "\\\"}) { charts { name } } }");
    var installed =
        graphql(
            http,
            ("mutation { installRelease(input: {parent: \\\"%s\\\", release_id: \\\"%s\\\", chart:"
                    + " \\\"%s\\\", wait: true}) { done } }")
                .formatted(TEAM_A, id, CHART));

    assertThat(found).contains(VERSION);
    assertThat(installed).contains("\"done\":true");
    assertInstalled(id);
  }

  @Test
  void nobodySeesTheCredentials() {
    var repository =
        HELMGATE.http(HELMGATE.token(TEAM_MEMBER)).send("GET", "/v1/" + REPOSITORY, "");

    assertThat(repository.json().path("ready").asBoolean()).as(repository.body()).isTrue();
    assertThat(repository.body()).doesNotContain(OciRegistry.PASSWORD);
    assertThat(HELMGATE.deployerLog()).doesNotContain(OciRegistry.PASSWORD);
    assertThat(HELMGATE.extauthzLog()).doesNotContain(OciRegistry.PASSWORD);
  }

  /** The helm program and the cluster have it too. */
  private static void assertInstalled(String release) {
    assertThat(HELMGATE.helmJson("status", release, "-n", "team-a").at("/info/status").asText())
        .isEqualTo("deployed");
    assertThat(HELMGATE.kubectl("get", "configmap", release, "-n", "team-a")).contains(release);
  }

  private static String archiveDigest() throws IOException, GeneralSecurityException {
    var archive = Files.readAllBytes(HELMGATE.privateRegistry().archive());
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
  }

  private static String graphql(HttpApi http, String query) {
    var reply = http.send("POST", "/graphql", "{\"query\": \"" + query + "\"}");
    assertThat(reply.json().has("errors")).as(reply.body()).isFalse();
    return reply.json().path("data").toString();
  }
}
