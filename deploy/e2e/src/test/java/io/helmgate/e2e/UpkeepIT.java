package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.FieldMask;
import io.helmgate.e2e.client.HttpApi;
import io.helmgate.proto.deployer.v1.CheckDriftRequest;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.PlanServiceGrpc;
import io.helmgate.proto.deployer.v1.ReleaseServiceGrpc;
import io.helmgate.proto.deployer.v1.TestReleaseRequest;
import org.junit.jupiter.api.Test;

/** Tests, drift and the state of releases through Envoy. */
class UpkeepIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String TEAM_MEMBER = "bob";
  private static final String READER = "carol";
  private static final String TEAM_A = "clusters/default/namespaces/team-a";
  private static final String LOG = "the sandbox runs no containers";

  @Test
  void aReleaseIsTestedAndLookedAtByGrpc() {
    var channel = HELMGATE.channel(TEAM_MEMBER);
    var releases = ReleaseServiceGrpc.newBlockingStub(channel);
    var id = HELMGATE.freshName("kept");
    var name = TEAM_A + "/releases/" + id;
    releases.installRelease(
        InstallReleaseRequest.newBuilder()
            .setParent(TEAM_A)
            .setReleaseId(id)
            .setChart("sandbox/demo")
            .setWait(true)
            .build());

    var tested =
        releases.testRelease(TestReleaseRequest.newBuilder().setName(name).setWait(true).build());
    var release =
        releases.getRelease(
            GetReleaseRequest.newBuilder()
                .setName(name)
                .setView(FieldMask.newBuilder().addPaths("resources").addPaths("tests.logs"))
                .build());
    HELMGATE.kubectl("scale", "deployment", id, "-n", "team-a", "--replicas=3");
    var drift =
        PlanServiceGrpc.newBlockingStub(channel)
            .checkDrift(CheckDriftRequest.newBuilder().setName(name).build());

    assertThat(tested.hasResponse()).as(tested.toString()).isTrue();
    assertThat(release.getResourcesList())
        .extracting(resource -> resource.getKind() + " " + resource.getReady())
        .containsExactlyInAnyOrder("ConfigMap true", "Service true", "Deployment true");
    assertThat(release.getTests(0).getLogs(0).getText()).as(release.toString()).contains(LOG);
    assertThat(drift.getDrifted()).isTrue();
    assertThat(drift.getObjects(0).getLive(0).getPath()).isEqualTo("spec.replicas");
  }

  @Test
  void aReleaseIsTestedAndLookedAtByRest() {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));
    var name = install(http);

    var tested = http.send("POST", "/v1/" + name + ":test", "{\"wait\": true}");
    var release = http.send("GET", "/v1/" + name + "?view=resources,tests.phase,tests.logs", "");
    var drift = http.send("POST", "/v1/" + name + ":checkDrift", "{}");

    assertThat(tested.json().at("/response/status").asText())
        .as(tested.body())
        .isEqualTo("deployed");
    assertThat(release.json().path("resources")).as(release.body()).hasSize(3);
    assertThat(release.json().at("/tests/0/phase").asText()).isEqualTo("Succeeded");
    assertThat(release.json().at("/tests/0/logs/0/text").asText()).as(release.body()).contains(LOG);
    assertThat(drift.status()).as(drift.body()).isEqualTo(200);
    assertThat(drift.json().path("objects")).isEmpty();
  }

  @Test
  void aReleaseIsTestedAndLookedAtByGraphql() {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));
    var name = install(http);

    var tested =
        graphql(
            http, "mutation { testRelease(input: {name: \\\"%s\\\", wait: true}) { done } }", name);
    var read =
        graphql(
            http,
            "{ release(input: {name: \\\"%1$s\\\"}) { tests { phase logs { text error } } resources"
                + " { kind ready } } releaseDrift(input: {name: \\\"%1$s\\\"}) { drifted } }",
            name);

    assertThat(tested.at("/testRelease/done").asBoolean()).isTrue();
    assertThat(read.at("/release/tests/0/phase").asText()).isEqualTo("Succeeded");
    assertThat(read.at("/release/tests/0/logs/0/text").asText()).as(read.toString()).contains(LOG);
    assertThat(read.at("/release/resources")).hasSize(3);
    assertThat(read.at("/releaseDrift/drifted").asBoolean(true)).isFalse();
  }

  @Test
  void readersMayLookButNotTest() {
    var name = install(HELMGATE.http(HELMGATE.token(TEAM_MEMBER)));
    var reader = HELMGATE.http(HELMGATE.token(READER));

    assertThat(reader.send("GET", "/v1/" + name + "?view=status,tests", "").status())
        .isEqualTo(200);
    assertThat(reader.send("POST", "/v1/" + name + ":test", "{}").status()).isEqualTo(403);
    assertThat(reader.send("POST", "/v1/" + name + ":checkDrift", "{}").status()).isEqualTo(403);
  }

  /** The name of a new release. */
  private static String install(HttpApi http) {
    var id = HELMGATE.freshName("kept");
    var body = "{\"releaseId\": \"%s\", \"chart\": \"sandbox/demo\", \"wait\": true}".formatted(id);
    var installed = http.send("POST", "/v1/" + TEAM_A + "/releases", body);
    assertThat(installed.json().at("/response/status").asText())
        .as(installed.body())
        .isEqualTo("deployed");
    return TEAM_A + "/releases/" + id;
  }

  private static JsonNode graphql(HttpApi http, String query, String name) {
    var reply =
        http.send("POST", "/graphql", "{\"query\": \"%s\"}".formatted(query.formatted(name)));
    assertThat(reply.json().has("errors")).as(reply.body()).isFalse();
    return reply.json().path("data");
  }
}
