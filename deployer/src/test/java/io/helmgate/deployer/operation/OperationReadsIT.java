package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.PLATFORM;
import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.chart;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.success;
import static io.helmgate.deployer.operation.OperationFixture.awaitPhase;
import static io.helmgate.deployer.operation.OperationFixture.begun;
import static io.helmgate.deployer.operation.OperationFixture.ended;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.Replica;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.operation.OperationWatch.Step;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Write;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Whom operations are told to, and for how long, against a real API server. */
final class OperationReadsIT {
  private static Replica one;
  private static Replica stopping;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    one = Replica.start(SharedSandbox.get(), directory);
    stopping = Replica.start(SharedSandbox.get(), directory);
  }

  @AfterAll
  static void stop() {
    stopping.close();
    one.close();
  }

  @Test
  void aReplicaThatStopsEndsItsWatchesAndWaitsBeforeTheOperationsOfOthersEnd() throws Exception {
    var ref = ref("team-a");
    var started = begun(one, TEAM_A, new Write.Install(chart("slow", ref, Map.of("ready", false))));
    awaitPhase(one, started.name(), Phase.WAITING);
    try (var watch = success(stopping.operations().watch(TEAM_A, started.name(), 1000))) {
      var wait =
          CompletableFuture.supplyAsync(
              () -> stopping.operations().await(TEAM_A, started.name(), Duration.ofMinutes(5)));

      stopping.operations().endWatches();

      assertThat(watch.next(Duration.ofMinutes(5))).isInstanceOf(Step.Over.class);
      assertThat(success(wait.get(30, TimeUnit.SECONDS)).done()).isFalse();
    }
    success(one.operations().cancel(TEAM_A, started.name()));
    assertThat(ended(one, started.name()).done()).isTrue();
  }

  @Test
  void allNamespacesAreThoseThatTheCallerMayRead() throws InterruptedException {
    var ref = ref("team-a");
    var other = ref("team-b");
    ended(one, begun(one, TEAM_A, new Write.Install(demo(ref, "0.1.0", Map.of()))).name());
    ended(
        one,
        PLATFORM,
        begun(one, PLATFORM, new Write.Install(demo(other, "0.1.0", Map.of()))).name());

    assertThat(releases(TEAM_A)).contains(ref).doesNotContain(other);
    assertThat(releases(PLATFORM)).contains(ref, other);
  }

  private static List<ReleaseRef> releases(Caller caller) {
    return success(one.operations().list(caller, Optional.empty(), Optional.empty())).stream()
        .map(operation -> operation.name().release())
        .toList();
  }
}
