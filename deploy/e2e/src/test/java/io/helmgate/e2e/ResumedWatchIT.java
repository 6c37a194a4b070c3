package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.proto.deployer.v1.WatchOperationRequest;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Streams of events that are cut off while the operation goes on. */
final class ResumedWatchIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final String LABEL = "helmgate.example/resumed";
  private static final int CUT_AFTER = 3;

  @AfterEach
  void removeLabel() {
    HELMGATE.kubectl("label", "nodes", "--all", LABEL + "-");
  }

  @Test
  void aStreamThatIsCutGoesOnWithoutLossOrRepetition() {
    var releases = TeamRelease.onEachTransport("resumed");
    var operations = releases.stream().map(ResumedWatchIT::install).toList();
    List<List<JsonNode>> before = new ArrayList<>();
    for (int i = 0; i < releases.size(); i++) {
      before.add(watch(releases.get(i), operations.get(i), 0, CUT_AFTER));
    }

    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      List<CompletableFuture<List<JsonNode>>> after = new ArrayList<>();
      for (int i = 0; i < releases.size(); i++) {
        var release = releases.get(i);
        var operation = operations.get(i);
        after.add(
            CompletableFuture.supplyAsync(
                () -> watch(release, operation, CUT_AFTER, Integer.MAX_VALUE), threads));
      }
      releases.forEach(
          release -> release.awaitPhase(operations.get(releases.indexOf(release)), "WAITING"));
      HELMGATE.kubectl("label", "nodes", "--all", LABEL + "=yes");

      for (int i = 0; i < releases.size(); i++) {
        List<JsonNode> both = new ArrayList<>(before.get(i));
        both.addAll(after.get(i).join());
        var all = watch(releases.get(i), operations.get(i), 0, Integer.MAX_VALUE);

        assertThat(before.get(i)).hasSize(CUT_AFTER);
        assertThat(both).as("%s", releases.get(i)).isEqualTo(all);
        assertThat(all.stream().map(event -> event.path("sequence").asInt()))
            .isSorted()
            .doesNotHaveDuplicates()
            .startsWith(1, 2, 3, 4);
        assertThat(all.getLast().at("/operation/response/status").asText()).isEqualTo("deployed");
      }
    }
  }

  private static String install(TeamRelease release) {
    return release.begun(
        "InstallRelease",
        release
            .install("sandbox/demo")
            .setValues(Values.of("{'nodeSelector': {'" + LABEL + "': 'yes'}}")));
  }

  /** The events without heartbeats. */
  private static List<JsonNode> watch(
      TeamRelease release, String operation, int afterSequence, int cutAfter) {
    return release.client().stream(
            "WatchOperation",
            WatchOperationRequest.newBuilder()
                .setName(operation)
                .setAfterSequence(afterSequence)
                .build(),
            event -> event.path("sequence").asInt() >= cutAfter)
        .stream()
        .filter(event -> event.path("sequence").asInt() > 0)
        .toList();
  }
}
