package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.ListValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.protobuf.util.Durations;
import com.google.rpc.Code;
import io.helmgate.deployer.ReleaseFixture;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.kit.client.V1Client;
import io.helmgate.kit.client.V1Rest;
import io.helmgate.proto.deployer.v1.CancelOperationRequest;
import io.helmgate.proto.deployer.v1.GetOperationRequest;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.ListOperationsRequest;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsRequest;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.proto.deployer.v1.RollbackReleaseRequest;
import io.helmgate.proto.deployer.v1.UninstallReleaseRequest;
import io.helmgate.proto.deployer.v1.UnlockReleaseRequest;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import io.helmgate.proto.deployer.v1.WaitOperationRequest;
import io.helmgate.proto.deployer.v1.WatchOperationRequest;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** {@code helmgate.deployer.v1} on each transport alike, on a real API server. */
@TestInstance(Lifecycle.PER_CLASS)
class V1IT {

  private static final String TEAM_A = "clusters/default/namespaces/team-a";

  private final RunningReplica running;
  private final RunningApi api;
  private final Cli helm = SharedSandbox.get().cluster().helm();

  V1IT(@TempDir Path directory) throws IOException {
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
  void aReleaseLivesFromItsInstallationToItsUninstallation(V1Client client) {
    var id = ReleaseFixture.fresh("v1-");
    var name = TEAM_A + "/releases/" + id;

    var installing =
        client.call("InstallRelease", install(id).setVersion("0.1.0").setValues(values(1)).build());
    var installed = waited(client, installing);
    var upgraded =
        client.call(
            "UpgradeRelease",
            UpgradeReleaseRequest.newBuilder()
                .setName(name)
                .setChart("sandbox/demo")
                .setVersion("0.2.0")
                .setWait(true)
                .build());
    var rolledBack =
        client.call(
            "RollbackRelease",
            RollbackReleaseRequest.newBuilder().setName(name).setRevision(1).setWait(true).build());
    var release = get(client, name);
    var first =
        client.call(
            "GetRelease", GetReleaseRequest.newBuilder().setName(name).setRevision(1).build());
    var helmsHistory = helm.run("history", id, "-n", "team-a");
    var uninstalled =
        client.call(
            "UninstallRelease",
            UninstallReleaseRequest.newBuilder().setName(name).setWait(true).build());

    assertThat(installing.text("/name")).startsWith(name + "/operations/");
    assertThat(installing.text("/metadata/phase")).isEqualTo("OPERATION_PHASE_QUEUED");
    assertThat(installing.ok().path("done").asBoolean()).isFalse();
    assertThat(installed.text("/metadata/action")).isEqualTo("OPERATION_ACTION_INSTALL");
    assertThat(installed.text("/metadata/caller")).isEqualTo("keycloak:bob");
    assertThat(installed.text("/metadata/chart_version")).isEqualTo("0.1.0");
    assertThat(installed.text("/response/name")).isEqualTo(name);
    assertThat(installed.text("/response/status")).isEqualTo("deployed");
    assertThat(upgraded.text("/response/chart/version")).isEqualTo("0.2.0");
    assertThat(upgraded.text("/response/revision")).isEqualTo("2");
    assertThat(rolledBack.text("/response/revision")).isEqualTo("3");
    assertThat(release.text("/description")).isEqualTo("Rollback to 1");
    assertThat(release.text("/chart/version")).isEqualTo("0.1.0");
    assertThat(release.text("/chart/digest")).startsWith("sha256:");
    assertThat(first.text("/status")).isEqualTo("superseded");
    assertThat(helmsHistory).contains("Rollback to 1");
    assertThat(uninstalled.ok().path("done").asBoolean()).isTrue();
    assertThat(uninstalled.ok().has("error")).isFalse();
    assertThat(get(client, name).code()).isEqualTo(Code.NOT_FOUND);
    assertThat(
            client
                .call("ListOperations", ListOperationsRequest.newBuilder().setParent(name).build())
                .ok()
                .path("operations")
                .findValuesAsText("action"))
        .containsExactly(
            "OPERATION_ACTION_UNINSTALL",
            "OPERATION_ACTION_ROLLBACK",
            "OPERATION_ACTION_UPGRADE",
            "OPERATION_ACTION_INSTALL");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theEventsOfAnOperationAreStreamedInOrderAndFromWhereAClientWas(V1Client client) {
    var started = client.call("InstallRelease", install(ReleaseFixture.fresh("v1-")).build());
    var name = started.text("/name");

    var seen =
        new ArrayList<>(
            client.stream(
                "WatchOperation",
                WatchOperationRequest.newBuilder().setName(name).build(),
                event -> event.path("sequence").asInt() == 2));
    seen.addAll(
        client.stream(
            "WatchOperation",
            WatchOperationRequest.newBuilder().setName(name).setAfterSequence(2).build(),
            event -> false));

    assertThat(seen.stream().map(event -> event.path("sequence").asInt()).distinct())
        .startsWith(1, 2, 3, 4)
        .isSorted()
        .hasSameSizeAs(seen);
    assertThat(seen.stream().map(event -> event.path("phase").asText()).distinct())
        .containsExactly(
            "OPERATION_PHASE_QUEUED",
            "OPERATION_PHASE_FETCHING",
            "OPERATION_PHASE_RENDERING",
            "OPERATION_PHASE_CHECKING",
            "OPERATION_PHASE_APPLYING",
            "OPERATION_PHASE_WAITING",
            "OPERATION_PHASE_DONE");
    assertThat(seen).anyMatch(event -> event.at("/object/kind").asText().equals("Deployment"));
    assertThat(seen.getLast().at("/operation/done").asBoolean()).isTrue();
    assertThat(seen.getLast().at("/operation/response/status").asText()).isEqualTo("deployed");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aStreamEndsWithTheTokenOfWhoWatches(V1Client client) {
    var id = ReleaseFixture.fresh("v1-");
    var started =
        client.call("InstallRelease", install(id).setChart("sandbox/slow").build()).text("/name");

    api.assertions.tokenEndsAt(Instant.now().plusSeconds(4));
    var seen =
        client.stream(
            "WatchOperation",
            WatchOperationRequest.newBuilder().setName(started).build(),
            event -> false);
    api.assertions.tokenEndsAt(Instant.now().plusSeconds(3600));
    client
        .call("CancelOperation", CancelOperationRequest.newBuilder().setName(started).build())
        .ok();

    assertThat(seen).isNotEmpty().noneMatch(event -> event.path("operation").has("done"));
    assertThat(seen.getLast().path("phase").asText()).isNotEqualTo("OPERATION_PHASE_DONE");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aSecondWriteIsAbortedNamingTheFirstOnesOperationWhichCanBeCancelled(V1Client client) {
    var id = ReleaseFixture.fresh("v1-");
    var name = TEAM_A + "/releases/" + id;
    var first =
        client.call("InstallRelease", install(id).setChart("sandbox/slow").build()).text("/name");
    client.stream(
        "WatchOperation",
        WatchOperationRequest.newBuilder().setName(first).build(),
        event -> event.path("phase").asText().equals("OPERATION_PHASE_WAITING"));

    var second =
        client.call("UninstallRelease", UninstallReleaseRequest.newBuilder().setName(name).build());
    client.call("CancelOperation", CancelOperationRequest.newBuilder().setName(first).build()).ok();
    var cancelled =
        client.call(
            "WaitOperation",
            WaitOperationRequest.newBuilder()
                .setName(first)
                .setTimeout(Durations.fromSeconds(30))
                .build());

    assertThat(second.code()).isEqualTo(Code.ABORTED);
    assertThat(second.message()).contains(first.substring(first.lastIndexOf('/') + 1));
    assertThat(cancelled.text("/error/code")).isEqualTo("1");
    assertThat(cancelled.text("/metadata/cancel_requested")).isEqualTo("true");
    assertThat(get(client, name).text("/status")).isEqualTo("failed");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aPendingReleaseIsShownWithItsAgeAndUnlocked(V1Client client) throws Exception {
    var ref = ReleaseFixture.ref("team-a");
    var name = TEAM_A + "/releases/" + ref.name();
    client
        .call("InstallRelease", install(ref.name()).setVersion("0.1.0").setWait(true).build())
        .ok();
    ReleaseFixture.success(
        running
            .replica()
            .system()
            .ports()
            .store()
            .mark(ReleaseFixture.TEAM_A, ref, 1, "pending-install"));

    var pending = get(client, name);
    var unlocked =
        client.call(
            "UnlockRelease",
            UnlockReleaseRequest.newBuilder().setName(name).setRevision(1).setWait(true).build());

    assertThat(pending.text("/status")).isEqualTo("pending-install");
    assertThat(pending.text("/pending_duration")).matches("[0-9]+s");
    assertThat(unlocked.text("/response/status")).isEqualTo("failed");
    assertThat(unlocked.text("/response/description")).contains("Unlocked by keycloak:bob");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aRepeatedRequestGetsTheSameOperation(V1Client client) {
    var request =
        install(ReleaseFixture.fresh("v1-"))
            .setRequestId(UUID.randomUUID().toString())
            .setSkipReadiness(true)
            .build();

    var first = client.call("InstallRelease", request);
    var again = client.call("InstallRelease", request.toBuilder().setWait(true).build());

    assertThat(again.text("/name")).isEqualTo(first.text("/name"));
    assertThat(again.ok().path("done").asBoolean()).isTrue();
    var other = client.call("InstallRelease", request.toBuilder().setVersion("0.1.0").build());
    assertThat(other.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(other.fields()).containsExactly("request_id");
    assertThat(
            client
                .call(
                    "GetOperation",
                    GetOperationRequest.newBuilder().setName(first.text("/name")).build())
                .ok())
        .isEqualTo(again.ok());
  }

  @ParameterizedTest
  @MethodSource("clients")
  void listsComeInPagesThatFitTogether(V1Client client) {
    var prefix = ReleaseFixture.fresh("page") + "-";
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 3; i++) {
      names.add(TEAM_A + "/releases/" + prefix + i);
      client
          .call("InstallRelease", install(prefix + i).setSkipReadiness(true).setWait(true).build())
          .ok();
    }
    var request =
        ListReleasesRequest.newBuilder()
            .setParent(TEAM_A)
            .setSearch(prefix)
            .addStatuses("deployed")
            .setPageSize(2)
            .build();

    var first = client.call("ListReleases", request);
    var token = first.text("/next_page_token");
    var second = client.call("ListReleases", request.toBuilder().setPageToken(token).build());
    var other =
        client.call("ListReleases", request.toBuilder().setPageToken(token).setSearch("x").build());
    var none =
        client.call(
            "ListReleases", request.toBuilder().clearStatuses().addStatuses("failed").build());
    var revisions =
        client.call(
            "ListReleaseRevisions",
            ListReleaseRevisionsRequest.newBuilder().setParent(names.getFirst()).build());

    assertThat(pages("name", first.ok().path("releases"), second.ok().path("releases")))
        .isEqualTo(names);
    assertThat(second.ok().has("next_page_token")).isFalse();
    assertThat(other.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(other.fields()).containsExactly("page_token");
    assertThat(none.ok().has("releases")).isFalse();
    assertThat(pages("revision", revisions.ok().path("revisions"))).containsExactly("1");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void whatIsWrongIsNamedAndNothingIsWritten(V1Client client) {
    var bad =
        client.call(
            "InstallRelease",
            InstallReleaseRequest.newBuilder()
                .setParent("clusters/other/namespaces/Team_A")
                .setReleaseId("Web")
                .setChart("demo")
                .setVersion("^1")
                .setTimeout(Durations.fromHours(2))
                .setRequestId("x")
                .build());
    var forbidden =
        client.call(
            "InstallRelease",
            install("web").setParent("clusters/default/namespaces/team-b").build());

    assertThat(bad.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(bad.fields())
        .containsExactly(
            "parent", "parent", "release_id", "chart", "version", "timeout", "request_id");
    assertThat(forbidden.code()).isEqualTo(Code.PERMISSION_DENIED);
    if (client instanceof V1Rest) {
      // No route fits such names.
      return;
    }
    for (var name : List.of("x", TEAM_A, TEAM_A + "/releases/a/operations/b", "/")) {
      var wrong = GetOperationRequest.newBuilder().setName(name).build();
      assertThat(client.call("GetOperation", wrong).fields()).containsExactly("name");
    }
  }

  private static InstallReleaseRequest.Builder install(String id) {
    return InstallReleaseRequest.newBuilder()
        .setParent(TEAM_A)
        .setReleaseId(id)
        .setChart("sandbox/demo");
  }

  private static Struct values(int replicas) {
    return Struct.newBuilder()
        .putFields("replicas", Value.newBuilder().setNumberValue(replicas).build())
        .putFields(
            "settings",
            Value.newBuilder()
                .setStructValue(
                    Struct.newBuilder()
                        .putFields(
                            "list",
                            Value.newBuilder()
                                .setListValue(ListValue.getDefaultInstance())
                                .build()))
                .build())
        .build();
  }

  private static V1Client.Result get(V1Client client, String name) {
    return client.call("GetRelease", GetReleaseRequest.newBuilder().setName(name).build());
  }

  private static V1Client.Result waited(V1Client client, V1Client.Result started) {
    return client.call(
        "WaitOperation", WaitOperationRequest.newBuilder().setName(started.text("/name")).build());
  }

  private static List<String> pages(String field, JsonNode... pages) {
    List<String> all = new ArrayList<>();
    for (var page : pages) {
      page.forEach(item -> all.add(item.path(field).asText()));
    }
    return all;
  }
}
