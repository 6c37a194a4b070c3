package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.longrunning.Operation;
import io.grpc.Channel;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.helmgate.proto.deployer.v1.GetOperationRequest;
import io.helmgate.proto.deployer.v1.GetReleaseRequest;
import io.helmgate.proto.deployer.v1.InstallReleaseRequest;
import io.helmgate.proto.deployer.v1.OperationEvent;
import io.helmgate.proto.deployer.v1.OperationPhase;
import io.helmgate.proto.deployer.v1.OperationServiceGrpc;
import io.helmgate.proto.deployer.v1.ReleaseServiceGrpc;
import io.helmgate.proto.deployer.v1.WatchOperationRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * {@code helmgate.deployer.v1} through Envoy: writes as operations that are watched to their end.
 */
class OperationsIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String TEAM_A = "clusters/default/namespaces/team-a";
  private static final String TEAM_MEMBER = "bob";

  @Test
  void anInstallIsWatchedByGrpc() {
    var channel = HELMGATE.channel(TEAM_MEMBER);
    var started = install(channel, HELMGATE.freshName("op"));

    List<OperationEvent> events = new ArrayList<>();
    OperationServiceGrpc.newBlockingStub(channel)
        .watchOperation(WatchOperationRequest.newBuilder().setName(started.getName()).build())
        .forEachRemaining(events::add);

    assertThat(events.stream().map(OperationEvent::getSequence).filter(number -> number > 0))
        .isSorted()
        .startsWith(1, 2, 3);
    assertThat(events.getLast().getPhase()).isEqualTo(OperationPhase.OPERATION_PHASE_DONE);
    assertThat(events.getLast().getOperation().hasResponse()).isTrue();
  }

  @Test
  void anInstallIsWatchedByRest() {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));
    var name = HELMGATE.freshName("op");

    var started =
        http.send(
            "POST",
            "/v1/" + TEAM_A + "/releases",
            "{\"releaseId\": \"%s\", \"chart\": \"sandbox/demo\"}".formatted(name));
    var operation = started.json().path("name").asText();
    var stream = http.send("GET", "/v1/" + operation + ":watch?afterSequence=1", "");

    assertThat(started.status()).as(started.body()).isEqualTo(200);
    assertThat(stream.header("content-type")).startsWith("text/event-stream");
    var events = data(stream.body());
    assertThat(events.getFirst().path("sequence").asInt()).isEqualTo(2);
    assertThat(events.getLast().at("/operation/response/status").asText()).isEqualTo("deployed");
    assertThat(
            http.send("GET", "/v1/" + TEAM_A + "/releases/" + name, "")
                .json()
                .path("status")
                .asText())
        .isEqualTo("deployed");
  }

  @Test
  void anInstallIsWatchedByGraphql() {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));

    var started =
        http.send(
            "POST",
            "/graphql",
            """
            {"query": "mutation { installRelease(input: {parent: \\"%s\\", release_id: \\"%s\\", \
            chart: \\"sandbox/demo\\"}) { name done metadata { phase } } }"}
            """
                .formatted(TEAM_A, HELMGATE.freshName("op")));
    var operation = started.json().at("/data/installRelease/name").asText();
    var stream =
        http.send(
            "POST",
            "/graphql",
            """
            {"query": "subscription { operationEvents(input: {name: \\"%s\\"}) \
            { sequence phase operation { done response } } }"}
            """
                .formatted(operation));

    assertThat(operation).as(started.body()).startsWith(TEAM_A);
    assertThat(stream.body()).contains("event:next", "event:complete");
    var last = data(stream.body()).getLast().at("/data/operationEvents");
    assertThat(last.path("phase").asText()).isEqualTo("OPERATION_PHASE_DONE");
    assertThat(last.at("/operation/response/status").asText()).isEqualTo("deployed");
  }

  @Test
  void anUpgradeThatFailsIsRolledBackWhenThatIsAskedFor() {
    var http = HELMGATE.http(HELMGATE.token(TEAM_MEMBER));
    var name = HELMGATE.freshName("op");
    var release = "/v1/" + TEAM_A + "/releases/" + name;
    http.send(
        "POST",
        "/v1/" + TEAM_A + "/releases",
        "{\"releaseId\": \"%s\", \"chart\": \"sandbox/demo\", \"wait\": true}".formatted(name));

    var failed =
        http.send(
            "POST",
            release + ":upgrade",
            """
            {"chart": "sandbox/demo", "values": {"nodeSelector": {"no": "such-node"}},
             "timeout": "5s", "autoRollback": true, "wait": true}
            """);

    assertThat(failed.json().at("/error/message").asText())
        .as(failed.body())
        .contains("rolled back", "revision 3");
    assertThat(http.send("GET", release, "").json().path("revision").asInt()).isEqualTo(3);
    var helms = HELMGATE.helmJson("history", name, "-n", "team-a");
    assertThat(helms.findValuesAsText("status"))
        .containsExactly("superseded", "failed", "deployed");
    assertThat(helms.findValuesAsText("description")).endsWith("Rollback to 1");
  }

  @Test
  void anotherTeamsOperationsAreNobodysBusiness() {
    var started = install(HELMGATE.channel("alice"), HELMGATE.freshName("op"), "default");

    assertThatThrownBy(
            () ->
                OperationServiceGrpc.newBlockingStub(HELMGATE.channel(TEAM_MEMBER))
                    .getOperation(
                        GetOperationRequest.newBuilder().setName(started.getName()).build()))
        .isInstanceOfSatisfying(
            StatusRuntimeException.class,
            refused ->
                assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED));
    assertThatThrownBy(
            () ->
                ReleaseServiceGrpc.newBlockingStub(HELMGATE.channel(TEAM_MEMBER))
                    .getRelease(
                        GetReleaseRequest.newBuilder()
                            .setName("clusters/default/namespaces/-/releases/web")
                            .build()))
        .isInstanceOf(StatusRuntimeException.class)
        .hasMessageContaining("PERMISSION_DENIED");
  }

  private static Operation install(Channel channel, String name) {
    return install(channel, name, "team-a");
  }

  private static Operation install(Channel channel, String name, String namespace) {
    return ReleaseServiceGrpc.newBlockingStub(channel)
        .installRelease(
            InstallReleaseRequest.newBuilder()
                .setParent("clusters/default/namespaces/" + namespace)
                .setReleaseId(name)
                .setChart("sandbox/demo")
                .build());
  }

  /** The data of server-sent events. */
  static List<JsonNode> data(String stream) {
    return stream
        .lines()
        .filter(line -> line.startsWith("data:"))
        .map(line -> line.substring("data:".length()).strip())
        .filter(line -> !line.isEmpty())
        .map(Values::parse)
        .toList();
  }
}
