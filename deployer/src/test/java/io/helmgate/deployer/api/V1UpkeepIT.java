package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.FieldMask;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import com.google.rpc.Code;
import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.CheckDriftRequest;
import io.helmgate.proto.deployer.v1.DriftIgnore;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.proto.deployer.v1.TestReleaseRequest;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What keeps releases good, on each transport alike, on a real API server. */
@TestInstance(Lifecycle.PER_CLASS)
class V1UpkeepIT {

  private static final String TEAM_A = "clusters/default/namespaces/team-a";

  private final RunningReplica running;
  private final RunningApi api;
  private final Cli kubectl = SharedSandbox.get().cluster().kubectl();

  V1UpkeepIT(@TempDir Path directory) throws IOException {
    running = RunningReplica.start(directory);
    api = running.api();
  }

  @AfterAll
  void stop() {
    running.close();
  }

  List<V1Client> clients() {
    return V1Client.all(api);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void testsRunAndTheirLogsAreRead(V1Client client) {
    var id = ReleaseFixture.fresh("v1-");
    var name = TEAM_A + "/releases/" + id;
    install(client, id, "tested", Map.of("failing", string("second")));

    var failed = client.call("TestRelease", test(name).build());
    var read = get(client, name, "tests", "tests.logs");
    var passed = client.call("TestRelease", test(name).addTests(id + "-third").build());
    var unknown = client.call("TestRelease", test(name).addTests("nothing").build());

    assertThat(failed.text("/metadata/action")).isEqualTo("OPERATION_ACTION_TEST");
    assertThat(failed.text("/error/code")).isEqualTo("9");
    assertThat(failed.text("/error/message")).contains("test hook " + id + "-second");
    assertThat(read.ok().path("tests").findValuesAsText("name"))
        .containsExactlyInAnyOrder(id + "-first", id + "-second", id + "-third", id + "-last");
    assertThat(read.ok().path("tests").findValuesAsText("phase"))
        .containsExactlyInAnyOrder("Succeeded", "Failed");
    assertThat(read.ok().path("tests").findValuesAsText("text"))
        .hasSize(2)
        .allMatch(text -> text.contains("the sandbox runs no containers"));
    assertThat(passed.text("/response/revision")).isEqualTo("1");
    assertThat(unknown.text("/error/code")).isEqualTo("5");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theObjectsOfAReleaseAreShownAsTheyAre(V1Client client) {
    var id = ReleaseFixture.fresh("v1-");
    var name = TEAM_A + "/releases/" + id;
    install(client, id, "demo", Map.of("replicas", number(1)));
    kubectl.run("delete", "configmap", id, "-n", "team-a");

    var read = get(client, name, "resources").ok().path("resources");

    assertThat(read.findValuesAsText("kind"))
        .containsExactlyInAnyOrder("ConfigMap", "Service", "Deployment");
    for (var resource : read) {
      boolean there = !resource.path("kind").asText().equals("ConfigMap");
      assertThat(resource.path("ready").asBoolean()).isEqualTo(there);
      assertThat(resource.path("message").asText()).isEqualTo(there ? "" : "not there");
      assertThat(resource.path("namespace").asText()).isEqualTo("team-a");
      assertThat(resource.path("name").asText()).isEqualTo(id);
    }
    assertThat(read.findValuesAsText("api_version"))
        .containsExactlyInAnyOrder("v1", "v1", "apps/v1");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void driftIsShownMasked(V1Client client) {
    var id = ReleaseFixture.fresh("v1-");
    var name = TEAM_A + "/releases/" + id;
    install(client, id, "mixed", Map.of("password", string("first-secret"), "text", string("a")));
    var request = CheckDriftRequest.newBuilder().setName(name);
    var none = client.call("CheckDrift", request.build());
    kubectl.run(
        "patch",
        "configmap",
        id + "-0",
        "-n",
        "team-a",
        "--type=merge",
        "-p",
        "{\"data\":{\"text\":\"z\"}}");
    kubectl.run(
        "patch",
        "secret",
        id,
        "-n",
        "team-a",
        "--type=merge",
        "-p",
        "{\"stringData\":{\"password\":\"other-secret\"}}");

    var drift = client.call("CheckDrift", request.build());
    var ignoring =
        client.call(
            "CheckDrift",
            request
                .addIgnore(DriftIgnore.newBuilder().addPaths("/data/text").setKind("ConfigMap"))
                .build());

    assertThat(none.ok().has("drifted")).isFalse();
    assertThat(none.ok().has("objects")).isFalse();
    assertThat(drift.text("/drifted")).isEqualTo("true");
    assertThat(drift.ok().path("objects").findValuesAsText("kind"))
        .containsExactlyInAnyOrder("ConfigMap", "Secret");
    assertThat(drift.ok().findValuesAsText("live_diff").toString())
        .contains("-  text: z", "+  text: a");
    assertThat(drift.ok().toString())
        .doesNotContain("first-secret", "other-secret", "b3RoZXItc2VjcmV0", "Zmlyc3Qtc2VjcmV0");
    assertThat(ignoring.ok().path("objects").findValuesAsText("kind")).containsExactly("Secret");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void listsAreOrderedAndFilteredByChart(V1Client client) {
    var prefix = ReleaseFixture.fresh("order") + "-";
    install(client, prefix + "b", "demo", Map.of("replicas", number(0)));
    // Kubernetes tells times to the second.
    var second = Instant.now().getEpochSecond();
    await().until(() -> Instant.now().getEpochSecond() > second);
    install(client, prefix + "a", "checked", Map.of());
    var request = ListReleasesRequest.newBuilder().setParent(TEAM_A).setSearch(prefix);

    assertThat(listed(client, request.setOrderBy("name desc"))).containsExactly("b", "a");
    assertThat(listed(client, request.setOrderBy("update_time").setPageSize(1)))
        .containsExactly("b", "a");
    assertThat(listed(client, request.setOrderBy("update_time desc"))).containsExactly("a", "b");
    assertThat(listed(client, request.setOrderBy("").setChart("demo"))).containsExactly("b");
    assertThat(listed(client, request.setChart("de"))).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void anUpgradeRollsItselfBack(V1Client client) {
    var id = ReleaseFixture.fresh("v1-");
    var name = TEAM_A + "/releases/" + id;
    install(client, id, "slow", Map.of("ready", Value.newBuilder().setBoolValue(true).build()));
    var upgrade =
        UpgradeReleaseRequest.newBuilder()
            .setName(name)
            .setChart("sandbox/slow")
            .setValues(Struct.getDefaultInstance())
            .setTimeout(Durations.fromSeconds(3))
            .setAutoRollback(true)
            .setWait(true);

    var done = client.call("UpgradeRelease", upgrade.build());
    var read = get(client, name, "revision", "status", "description");

    assertThat(done.text("/error/code")).isEqualTo("4");
    assertThat(done.text("/error/message")).endsWith("; rolled back to revision 1, as revision 3");
    assertThat(done.text("/metadata/revision")).isEqualTo("3");
    assertThat(read.text("/status")).isEqualTo("deployed");
    assertThat(read.text("/description")).isEqualTo("Rollback to 1");
    assertThat(
            client
                .call("UpgradeRelease", upgrade.setAutoRollback(false).setRetries(1).build())
                .code())
        .isEqualTo(Code.INVALID_ARGUMENT);
  }

  /** The last letters of the releases on all pages. */
  private static List<String> listed(V1Client client, ListReleasesRequest.Builder request) {
    var names = new ArrayList<String>();
    var token = "";
    do {
      var page = client.call("ListReleases", request.clone().setPageToken(token).build());
      page.ok().path("releases").forEach(each -> names.add(each.path("name").asText()));
      token = page.text("/next_page_token");
    } while (!token.isEmpty());
    return names.stream().map(name -> name.substring(name.length() - 1)).toList();
  }

  private static TestReleaseRequest.Builder test(String name) {
    return TestReleaseRequest.newBuilder().setName(name).setWait(true);
  }

  private static V1Client.Result get(V1Client client, String name, String... view) {
    return client.call(
        "GetRelease",
        GetReleaseRequest.newBuilder()
            .setName(name)
            .setView(FieldMask.newBuilder().addAllPaths(List.of(view)))
            .build());
  }

  private static void install(V1Client client, String id, String chart, Map<String, Value> values) {
    var done =
        client.call(
            "InstallRelease",
            InstallReleaseRequest.newBuilder()
                .setParent(TEAM_A)
                .setReleaseId(id)
                .setChart("sandbox/" + chart)
                .setValues(Struct.newBuilder().putAllFields(values))
                .setWait(true)
                .build());
    assertThat(done.ok().has("error")).as(done.ok().toString()).isFalse();
  }

  private static Value string(String text) {
    return Value.newBuilder().setStringValue(text).build();
  }

  private static Value number(int number) {
    return Value.newBuilder().setNumberValue(number).build();
  }
}
