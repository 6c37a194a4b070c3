package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.success;
import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.Replica;
import io.helmgate.deployer.operation.OperationWatch.Step;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Write;
import io.helmgate.sandbox.process.Cli;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;

/** What the tests of operations share. */
final class OperationFixture {
  static final Duration SOON = Duration.ofSeconds(30);

  private OperationFixture() {}

  static Operation begun(Replica replica, Caller caller, Write write) {
    return success(replica.operations().start(caller, write)).operation();
  }

  static Operation ended(Replica replica, OperationName name) {
    return ended(replica, TEAM_A, name);
  }

  static Operation ended(Replica replica, Caller caller, OperationName name) {
    var operation = success(replica.operations().await(caller, name, Duration.ofMinutes(1)));
    assertThat(operation.done()).isTrue();
    return operation;
  }

  static void awaitPhase(Replica replica, OperationName name, Phase phase)
      throws InterruptedException {
    try (var watch = success(replica.operations().watch(TEAM_A, name, 0))) {
      while (watch.next(SOON) instanceof Step.Happened(var event, var _)) {
        if (event.phase() == phase) {
          return;
        }
      }
    }
    throw new AssertionError(name + " never came to " + phase);
  }

  static List<Phase> phases(Operation operation) {
    return operation.events().stream()
        .filter(event -> event.object().isEmpty())
        .map(Event::phase)
        .toList();
  }

  /** The Lease that is the lock of a release; empty when nobody holds it. */
  static String leaseOf(Cli kubectl, ReleaseRef ref) {
    return kubectl.run(
        "get",
        "leases",
        "-n",
        "helmgate",
        "-o",
        "jsonpath={.items[?(@.metadata.annotations.helmgate\\.io/release==\""
            + ref.name()
            + "\")].metadata.name}");
  }

  /** It is given back right after the operation has ended. */
  static void awaitLockGivenBack(Cli kubectl, ReleaseRef ref) {
    Awaitility.await("no lock is left").until(() -> leaseOf(kubectl, ref).isEmpty());
  }
}
