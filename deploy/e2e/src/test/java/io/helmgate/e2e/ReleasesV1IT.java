package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import com.google.rpc.Code;
import io.helmgate.kit.client.V1Client;
import io.helmgate.kit.client.V1Client.Result;
import io.helmgate.proto.deployer.v1.GetOperationRequest;
import io.helmgate.proto.deployer.v1.ListReleasesRequest;
import io.helmgate.proto.deployer.v1.WaitOperationRequest;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Releases by {@code helmgate.deployer.v1} on each transport alike; the helm program sees the same.
 */
class ReleasesV1IT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String DEMO = "sandbox/demo";
  private static final String VALUES =
      """
      {"replicas": 2, "settings": {"zip": "007", "number": 7, "half": 0.5, "switch": true,
       "list": ["a", {"b": 1}]}}
      """;
  private static final YAMLMapper YAML = new YAMLMapper();
  private static String listed = "";

  static List<V1Client> clients() {
    return HELMGATE.v1(TeamRelease.TEAM_MEMBER);
  }

  /** Three releases, of which one is uninstalled with its history kept. */
  @BeforeAll
  static void installThree() {
    listed = HELMGATE.freshName("listed");
    var client = clients().getFirst();
    for (var suffix : List.of("-a", "-b", "-c")) {
      var release = new TeamRelease(client, TeamRelease.DEFAULT, listed + suffix);
      client
          .call(
              "InstallRelease", release.install(DEMO).setWait(true).setSkipReadiness(true).build())
          .ok();
    }
    HELMGATE.helm().run("uninstall", listed + "-b", "-n", "team-a", "--keep-history");
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aReleaseLivesAndHelmAgreesWithEachStep(V1Client client) throws IOException {
    var release = TeamRelease.fresh(client, "life");

    assertInstalled(release);
    assertUpgradedAndRolledBack(release);
    assertRead(release);
    assertUninstalled(release);
    assertThat(actions(release))
        .containsExactly("UNINSTALL", "ROLLBACK", "UPGRADE", "UPGRADE", "INSTALL");
  }

  static List<V1Client> platformClients() {
    return HELMGATE.v1("alice");
  }

  @ParameterizedTest
  @MethodSource("platformClients")
  void aNamespaceIsCreatedOnlyWhenThatIsAskedFor(V1Client client) {
    var namespace = HELMGATE.freshName("asked");
    var install =
        new TeamRelease(client, TeamRelease.DEFAULT, "web")
            .install(DEMO)
            .setParent("clusters/default/namespaces/" + namespace)
            .setWait(true);

    var refused = client.call("InstallRelease", install.build());
    var preview = client.call("PreviewInstall", install.build());
    var created = HELMGATE.helm().run("list", "--all-namespaces", "--filter", "^web$");
    var installed = client.call("InstallRelease", install.setCreateNamespace(true).build());

    assertThat(refused.text("/error/code")).as(refused.toString()).isEqualTo("5"); // NOT_FOUND
    assertThat(refused.text("/error/message"))
        .isEqualTo(
            "namespace %s was not found (expected: create_namespace, or one that exists)"
                .formatted(namespace));
    assertThat(preview.code()).isEqualTo(Code.NOT_FOUND);
    assertThat(created).doesNotContain(namespace);
    assertThat(installed.text("/response/status")).as(installed.toString()).isEqualTo("deployed");
    assertThat(HELMGATE.helmJson("list", "-n", namespace)).hasSize(1);
  }

  private static void assertInstalled(TeamRelease release) {
    var client = release.client();
    var started =
        client.call(
            "InstallRelease",
            release.install(DEMO).setVersion("0.1.0").setValues(Values.struct(VALUES)).build());
    var installed =
        client.call(
            "WaitOperation",
            WaitOperationRequest.newBuilder().setName(started.text("/name")).build());

    assertThat(started.ok().has("done")).isFalse();
    assertThat(installed.text("/response/status")).as(installed.toString()).isEqualTo("deployed");
    assertThat(release.helmValues()).as("types are kept").isEqualTo(Values.parse(VALUES));
    assertThat(release.helmHistory()).containsExactly("1 deployed demo-0.1.0 Install complete");
  }

  private static void assertUpgradedAndRolledBack(TeamRelease release) {
    var client = release.client();
    var second = client.call("UpgradeRelease", release.upgrade(DEMO).setWait(true).build());
    var third =
        client.call(
            "UpgradeRelease",
            release.upgrade(DEMO).setWait(true).setValues(Values.of("{'replicas': 1}")).build());
    var back = client.call("RollbackRelease", release.rollback(1).setWait(true).build());

    assertThat(List.of(second, third, back))
        .extracting(result -> result.text("/response/revision"))
        .containsExactly("2", "3", "4");
    assertThat(release.helmHistory())
        .containsExactly(
            "4 deployed demo-0.1.0 Rollback to 1",
            "3 superseded demo-0.2.0 Upgrade complete",
            "2 superseded demo-0.2.0 Upgrade complete",
            "1 superseded demo-0.1.0 Install complete");
    assertThat(history(release.revisions())).isEqualTo(release.helmHistory());
  }

  private static void assertRead(TeamRelease release) throws IOException {
    var id = release.id();
    var read = release.read("manifest", "values", "notes");

    assertThat(documents(read.text("/manifest")))
        .hasSize(3)
        .isEqualTo(documents(HELMGATE.helm().run("get", "manifest", id, "-n", "team-a")));
    assertThat(Values.struct(read.ok().path("values").toString()))
        .isEqualTo(Values.struct(release.helmValues().toString()));
    assertThat(read.text("/notes"))
        .contains("2 times")
        .isEqualTo(HELMGATE.helmJson("status", id, "-n", "team-a").at("/info/notes").asText());
  }

  private static void assertUninstalled(TeamRelease release) {
    assertThat(release.objects()).contains("deployment.apps/" + release.id());

    var uninstalled = release.uninstall();

    assertThat(uninstalled.text("/done")).isEqualTo("true");
    assertThat(uninstalled.ok().has("error")).isFalse();
    assertThat(release.read("status").code()).isEqualTo(Code.NOT_FOUND);
    assertThat(release.helmHistory()).isEmpty();
    assertThat(release.objects()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void releasesAreFilteredAndComeInPages(V1Client client) {
    var request =
        ListReleasesRequest.newBuilder()
            .setParent(TeamRelease.DEFAULT + "/namespaces/" + TeamRelease.NAMESPACE)
            .setSearch(listed)
            .addStatuses("deployed")
            .setChart("demo")
            .setPageSize(1)
            .build();

    var first = client.call("ListReleases", request);
    var next = request.toBuilder().setPageToken(first.text("/next_page_token")).build();
    var second = client.call("ListReleases", next);
    var otherQuestion = client.call("ListReleases", next.toBuilder().setSearch("x").build());
    var all =
        client.call(
            "ListReleases",
            request.toBuilder().clearStatuses().setPageSize(0).setOrderBy("name desc").build());
    var gone =
        client.call(
            "ListReleases", request.toBuilder().clearStatuses().addStatuses("uninstalled").build());
    var ofAnotherChart = client.call("ListReleases", request.toBuilder().setChart("other").build());

    assertThat(names(first)).containsExactly(listed + "-a");
    assertThat(names(second)).containsExactly(listed + "-c");
    assertThat(second.ok().has("next_page_token")).isFalse();
    assertThat(otherQuestion.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(otherQuestion.fields()).containsExactly("page_token");
    assertThat(names(gone)).containsExactly(listed + "-b");
    assertThat(names(ofAnotherChart)).isEmpty();
    assertThat(names(all).reversed())
        .hasSize(3)
        .isEqualTo(
            HELMGATE
                .helmJson("list", "-a", "-n", "team-a", "--filter", "^" + listed)
                .findValuesAsText("name"));
  }

  @ParameterizedTest
  @MethodSource("clients")
  void aRepeatedRequestGetsTheFirstOnesOperation(V1Client client) {
    var release = TeamRelease.fresh(client, "again");
    var request =
        release
            .install(DEMO)
            .setWait(true)
            .setSkipReadiness(true)
            .setRequestId(UUID.randomUUID().toString())
            .build();

    var first = client.call("InstallRelease", request);
    var again = client.call("InstallRelease", request);
    var other = client.call("InstallRelease", request.toBuilder().setVersion("0.1.0").build());
    var newId =
        client.call(
            "InstallRelease",
            request.toBuilder().setRequestId(UUID.randomUUID().toString()).build());

    assertThat(first.text("/response/status")).as(first.toString()).isEqualTo("deployed");
    assertThat(again.ok()).isEqualTo(first.ok());
    assertThat(
            client.call(
                "GetOperation",
                GetOperationRequest.newBuilder().setName(first.text("/name")).build()))
        .isEqualTo(first);
    assertThat(other.code()).isEqualTo(Code.INVALID_ARGUMENT);
    assertThat(other.fields()).containsExactly("request_id");
    assertThat(newId.text("/name")).isNotEqualTo(first.text("/name"));
    assertThat(newId.ok().has("error")).as(newId.toString()).isTrue();
    assertThat(release.helmHistory()).containsExactly("1 deployed demo-0.2.0 Install complete");
  }

  /** As {@link TeamRelease#helmHistory} has it. */
  private static List<String> history(Result revisions) {
    return revisions
        .ok()
        .path("revisions")
        .valueStream()
        .map(
            each ->
                "%s %s %s-%s %s"
                    .formatted(
                        each.path("revision").asInt(),
                        each.path("status").asText(),
                        each.at("/chart/name").asText(),
                        each.at("/chart/version").asText(),
                        each.path("description").asText()))
        .toList();
  }

  /** Of all operations of a release, newest first, read page by page. */
  private static List<String> actions(TeamRelease release) {
    List<String> actions = new ArrayList<>();
    var token = "";
    do {
      var page = release.operations(2, token);
      var operations = page.ok().path("operations");
      assertThat(operations.size()).isBetween(1, 2);
      operations.forEach(
          each ->
              actions.add(each.at("/metadata/action").asText().replace("OPERATION_ACTION_", "")));
      token = page.text("/next_page_token");
    } while (!token.isEmpty());
    return actions;
  }

  private static List<String> names(Result page) {
    return page.ok()
        .path("releases")
        .valueStream()
        .map(each -> each.path("name").asText().replaceAll(".*/", ""))
        .toList();
  }

  private static List<JsonNode> documents(String yaml) throws IOException {
    try (var documents = YAML.readerFor(JsonNode.class).<JsonNode>readValues(yaml)) {
      return documents.readAll().stream().filter(document -> !document.isNull()).toList();
    }
  }
}
