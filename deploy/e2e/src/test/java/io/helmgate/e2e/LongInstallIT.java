package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.e2e.client.HttpApi;
import io.helmgate.proto.deployer.v1.OperationServiceGrpc;
import io.helmgate.proto.deployer.v1.WatchOperationRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * An install whose pods find no node for a long time, over a minute in a soak, is watched through
 * Envoy on all transports at once.
 */
final class LongInstallIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final Duration WITHOUT_NODE =
      Boolean.getBoolean("helmgate.soak") ? Duration.ofSeconds(70) : Duration.ofSeconds(30);

  /** Since the last event, and the first ones take some seconds to happen. */
  private static final Duration BETWEEN_HEARTBEATS = Duration.ofSeconds(20);

  private static final String LABEL = "helmgate.example/late";

  /** The numbers of events, 0 for heartbeats, and whether the last one has a deployed release. */
  private record Watched(List<Integer> sequences, boolean deployed) {

    List<Integer> events() {
      return sequences.stream().filter(sequence -> sequence > 0).toList();
    }

    long heartbeats() {
      return sequences.stream().filter(sequence -> sequence == 0).count();
    }
  }

  @AfterEach
  void removeLabel() {
    HELMGATE.kubectl("label", "nodes", "--all", LABEL + "-");
  }

  @Test
  void watchersOfAllTransportsSeeTheSameEventsUntilItsEnd() throws Exception {
    var http = HELMGATE.http(HELMGATE.freshToken("bob"));
    var started =
        http.send(
            "POST",
            "/v1/clusters/default/namespaces/team-a/releases",
            """
            {"releaseId": "%s", "chart": "sandbox/demo", "timeout": "300s",
             "values": {"nodeSelector": {"%s": "yes"}}}
            """
                .formatted(HELMGATE.freshName("long"), LABEL));
    var operation = started.json().path("name").asText();

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      var watching =
          List.of(
              CompletableFuture.supplyAsync(() -> byGrpc(operation), threads),
              CompletableFuture.supplyAsync(() -> byRest(http, operation), threads),
              CompletableFuture.supplyAsync(() -> byGraphql(http, operation), threads));
      await().pollDelay(WITHOUT_NODE).atMost(WITHOUT_NODE.multipliedBy(2)).until(() -> true);
      HELMGATE.kubectl("label", "nodes", "--all", LABEL + "=yes");
      var watched = watching.stream().map(CompletableFuture::join).toList();

      assertThat(watched)
          .allSatisfy(
              each -> {
                assertThat(each.deployed()).as("%s", each).isTrue();
                assertThat(each.events())
                    .isEqualTo(watched.getFirst().events())
                    .isSorted()
                    .doesNotHaveDuplicates()
                    .startsWith(1, 2, 3);
                assertThat(each.heartbeats())
                    .isGreaterThanOrEqualTo(WITHOUT_NODE.dividedBy(BETWEEN_HEARTBEATS));
              });
    }
  }

  private static Watched byGrpc(String operation) {
    List<Integer> sequences = new ArrayList<>();
    var deployed = new ArrayList<Boolean>();
    OperationServiceGrpc.newBlockingStub(HELMGATE.channel("bob"))
        .watchOperation(WatchOperationRequest.newBuilder().setName(operation).build())
        .forEachRemaining(
            event -> {
              sequences.add(event.getSequence());
              deployed.add(event.getOperation().hasResponse());
            });
    return new Watched(sequences, deployed.getLast());
  }

  private static Watched byRest(HttpApi http, String operation) {
    var stream = http.send("GET", "/v1/" + operation + ":watch", "");
    return watched(OperationsIT.data(stream.body()));
  }

  private static Watched byGraphql(HttpApi http, String operation) {
    var stream =
        http.send(
            "POST",
            "/graphql",
            """
            {"query": "subscription { operationEvents(input: {name: \\"%s\\"}) \
            { sequence operation { done response } } }"}
            """
                .formatted(operation));
    return watched(
        OperationsIT.data(stream.body()).stream()
            .map(event -> event.at("/data/operationEvents"))
            .toList());
  }

  private static Watched watched(List<JsonNode> events) {
    return new Watched(
        events.stream().map(event -> event.path("sequence").asInt()).toList(),
        events.getLast().at("/operation/response/status").asText().equals("deployed"));
  }
}
