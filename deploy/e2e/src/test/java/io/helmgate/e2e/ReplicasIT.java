package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.kit.client.V1Client;
import io.helmgate.sandbox.service.ServiceProcess;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Test;

/** Two deployers behind one Envoy, which calls them by turns. */
final class ReplicasIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final int RACES = 3;
  private static final int RACERS = 8;

  @Test
  void ofInstallationsThatRaceOnOneReleaseOneWinsAndTheOthersNameIt() {
    HELMGATE.deployers().doubled(ReplicasIT::race);
  }

  private static void race(List<ServiceProcess> deployers) {
    var before = deployers.stream().map(Deployers::requests).toList();
    for (int i = 0; i < RACES; i++) {
      race();
    }
    for (int i = 0; i < deployers.size(); i++) {
      assertThat(Deployers.requests(deployers.get(i)) - before.get(i))
          .as("requests of deployer %d", i)
          .isGreaterThan(RACERS);
    }
  }

  private static void race() {
    var clients = HELMGATE.v1(TeamRelease.TEAM_MEMBER);
    var id = HELMGATE.freshName("race");
    List<TeamRelease> racers = new ArrayList<>();
    for (int i = 0; i < RACERS; i++) {
      racers.add(new TeamRelease(clients.get(i % clients.size()), TeamRelease.DEFAULT, id));
    }
    var answers = installedAtOnce(racers);
    var won = answers.stream().filter(answer -> answer.code() == Code.OK).toList();
    var lost = answers.stream().filter(answer -> answer.code() != Code.OK).toList();

    assertThat(won).as("%s", answers).hasSize(1);
    var operation = won.getFirst().text("/name");
    assertThat(lost)
        .hasSize(RACERS - 1)
        .allSatisfy(
            answer -> {
              assertThat(answer.code()).isEqualTo(Code.ABORTED);
              assertThat(answer.message())
                  .contains(operation.substring(operation.lastIndexOf('/') + 1));
            });
    // Whichever deployer is asked, it is the same operation.
    for (var racer : racers) {
      assertThat(racer.operation(operation).text("/metadata/release")).isEqualTo(racer.name());
    }
    racers.getLast().cancel(operation);
    for (var racer : racers) {
      racer.assertError(racer.ended(operation), Code.CANCELLED, "cancelled");
    }
    assertThat(HELMGATE.helmJson("history", id, "-n", TeamRelease.NAMESPACE)).hasSize(1);
    racers.getFirst().assertUsable();
  }

  /** They wait for pods without a node, so that none ends before the last one has begun. */
  private static List<V1Client.Result> installedAtOnce(List<TeamRelease> racers) {
    var barrier = new CyclicBarrier(racers.size());
    List<Future<V1Client.Result>> calls = new ArrayList<>();
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var racer : racers) {
        calls.add(
            threads.submit(
                () -> {
                  barrier.await();
                  return racer
                      .client()
                      .call(
                          "InstallRelease",
                          racer
                              .install("sandbox/demo")
                              .setValues(Values.of(TeamRelease.NO_NODE))
                              .build());
                }));
      }
      List<V1Client.Result> answers = new ArrayList<>();
      for (var call : calls) {
        answers.add(call.get());
      }
      return answers;
    } catch (InterruptedException | ExecutionException e) {
      throw new AssertionError(e);
    }
  }
}
