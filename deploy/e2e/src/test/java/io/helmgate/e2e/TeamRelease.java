package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.FieldMask;
import com.google.protobuf.Message;
import com.google.rpc.Code;
import io.helmgate.kit.client.V1Client;
import io.helmgate.proto.deployer.v1.CancelOperationRequest;
import io.helmgate.proto.deployer.v1.GetOperationRequest;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.ListOperationsRequest;
import io.helmgate.proto.deployer.v1.ListReleaseRevisionsRequest;
import io.helmgate.proto.deployer.v1.RollbackReleaseRequest;
import io.helmgate.proto.deployer.v1.UninstallReleaseRequest;
import io.helmgate.proto.deployer.v1.UpgradeReleaseRequest;
import java.time.Duration;
import java.util.List;

/**
 * A release of team-a by the name that no other test uses, written and read on one transport.
 *
 * @param cluster clusters/NAME
 */
record TeamRelease(V1Client client, String cluster, String id) {

  static final String TEAM_MEMBER = "bob";
  static final String NAMESPACE = "team-a";
  static final String DEFAULT = "clusters/default";

  /** Values with which the demo chart's pods find no node. */
  static final String NO_NODE = "{'nodeSelector': {'no': 'such-node'}}";

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  /** One for each transport. */
  static List<TeamRelease> onEachTransport(String prefix) {
    return onEachTransport(prefix, DEFAULT);
  }

  static List<TeamRelease> onEachTransport(String prefix, String cluster) {
    return Running.helmgate().v1(TEAM_MEMBER).stream()
        .map(client -> new TeamRelease(client, cluster, Running.helmgate().freshName(prefix)))
        .toList();
  }

  static TeamRelease fresh(V1Client client, String prefix) {
    return new TeamRelease(client, DEFAULT, Running.helmgate().freshName(prefix));
  }

  String name() {
    return cluster + "/namespaces/" + NAMESPACE + "/releases/" + id;
  }

  InstallReleaseRequest.Builder install(String chart) {
    return InstallReleaseRequest.newBuilder()
        .setParent(cluster + "/namespaces/" + NAMESPACE)
        .setReleaseId(id)
        .setChart(chart);
  }

  UpgradeReleaseRequest.Builder upgrade(String chart) {
    return UpgradeReleaseRequest.newBuilder().setName(name()).setChart(chart);
  }

  RollbackReleaseRequest.Builder rollback(int revision) {
    return RollbackReleaseRequest.newBuilder().setName(name()).setRevision(revision);
  }

  /** Uninstalls it and waits for the end. */
  V1Client.Result uninstall() {
    return client.call(
        "UninstallRelease",
        UninstallReleaseRequest.newBuilder().setName(name()).setWait(true).build());
  }

  /** Makes a write and returns its operation's name. */
  String begun(String rpc, Message.Builder request) {
    var operation = client.call(rpc, request.build()).text("/name");
    assertThat(operation).as(toString()).startsWith(name() + "/operations/");
    return operation;
  }

  V1Client.Result operation(String operation) {
    return client.call("GetOperation", GetOperationRequest.newBuilder().setName(operation).build());
  }

  void awaitPhase(String operation, String phase) {
    await("%s is %s".formatted(operation, phase))
        .atMost(PATIENCE)
        .until(
            () -> operation(operation).text("/metadata/phase").equals("OPERATION_PHASE_" + phase));
  }

  /** The operation as it ended. */
  V1Client.Result ended(String operation) {
    return await(operation + " has ended")
        .atMost(PATIENCE)
        .until(() -> operation(operation), found -> found.text("/done").equals("true"));
  }

  void cancel(String operation) {
    client
        .call("CancelOperation", CancelOperationRequest.newBuilder().setName(operation).build())
        .ok();
  }

  V1Client.Result read() {
    return client.call("GetRelease", GetReleaseRequest.newBuilder().setName(name()).build());
  }

  /** The same with these fields only. */
  V1Client.Result read(String... view) {
    return client.call(
        "GetRelease",
        GetReleaseRequest.newBuilder()
            .setName(name())
            .setView(FieldMask.newBuilder().addAllPaths(List.of(view)))
            .build());
  }

  V1Client.Result revisions() {
    return client.call(
        "ListReleaseRevisions", ListReleaseRevisionsRequest.newBuilder().setParent(name()).build());
  }

  V1Client.Result operations(int pageSize, String pageToken) {
    return client.call(
        "ListOperations",
        ListOperationsRequest.newBuilder()
            .setParent(name())
            .setPageSize(pageSize)
            .setPageToken(pageToken)
            .build());
  }

  /** Helm's status of the newest revision; empty when there is no release. */
  String status() {
    var found = read();
    return found.code() == Code.NOT_FOUND ? "" : found.text("/status");
  }

  /** The same by the helm program, of all releases whatever their status. */
  String helmStatus() {
    return Running.helmgate()
        .helmJson("list", "--all", "--namespace", NAMESPACE, "--filter", "^" + id + "$")
        .path(0)
        .path("status")
        .asText();
  }

  /** Waits until Helm has begun to install it. */
  void awaitPendingInstall(Duration atMost) {
    await(id + " is pending-install")
        .atMost(atMost)
        .until(() -> helmStatus().equals("pending-install"));
  }

  /** By the helm program, newest first; empty when it knows no such release. */
  List<String> helmHistory() {
    return helmStatus().isEmpty()
        ? List.of()
        : Running.helmgate()
            .helmJson("history", id, "--namespace", NAMESPACE)
            .valueStream()
            .map(
                each ->
                    "%s %s %s %s"
                        .formatted(
                            each.path("revision").asInt(),
                            each.path("status").asText(),
                            each.path("chart").asText(),
                            each.path("description").asText()))
            .toList()
            .reversed();
  }

  JsonNode helmValues() {
    return Running.helmgate().helmJson("get", "values", id, "--namespace", NAMESPACE);
  }

  /** The objects that have its name, or one that begins with it. */
  List<String> objects() {
    var kinds = "deployments,services,configmaps,secrets,resourcequotas";
    return Running.helmgate()
        .kubectl("get", kinds, "--namespace", NAMESPACE, "--output", "name")
        .lines()
        .filter(line -> line.matches(".*[/.]" + id + "([.-].*)?"))
        .toList();
  }

  void assertError(V1Client.Result ended, Code code, String... words) {
    assertThat(ended.text("/error/code"))
        .as("%s: %s", this, ended)
        .isEqualTo("" + code.getNumber());
    assertThat(ended.text("/error/message")).contains(words);
  }

  void assertSucceeded(V1Client.Result ended) {
    assertThat(ended.text("/done")).as("%s: %s", this, ended).isEqualTo("true");
    assertThat(ended.ok().has("error")).as("%s: %s", this, ended).isFalse();
  }

  /** An installation whose Helm has died ends as ABORTED, and leaves a release of use. */
  void assertInstallAborted(String operation, String why) {
    assertError(
        ended(operation),
        Code.ABORTED,
        why,
        "revision 1 was pending-install and is marked as failed");
    assertThat(status()).isEqualTo("failed");
    assertUsable();
  }

  /** Upgrades it to the demo chart, whatever it was. */
  void assertUsable() {
    var upgraded =
        client.call(
            "UpgradeRelease",
            upgrade("sandbox/demo").setValues(Values.of("{'replicas': 1}")).setWait(true).build());
    assertSucceeded(upgraded);
    assertThat(status()).as(toString()).isEqualTo("deployed");
  }
}
