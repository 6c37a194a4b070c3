package io.helmgate.deployer.operation;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.ObjectStatus;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.ReleaseRef;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

final class OperationTest {
  private static final Instant NOW = Instant.parse("2026-01-02T03:04:05Z");

  @Test
  void noMoreObjectsAreToldOfThanARecordHolds() {
    var operation = queued().observed(objects(Operation.MAX_OBJECTS + 50, "1"), NOW);

    assertThat(operation.objects()).isEqualTo(objects(Operation.MAX_OBJECTS, "1"));
    assertThat(operation.sequence()).isEqualTo(1 + Operation.MAX_OBJECTS);
  }

  @Test
  void onlyObjectsThatHaveChangedAreEvents() {
    var operation = queued().observed(objects(3, "1"), NOW).observed(objects(3, "1"), NOW);

    assertThat(operation.sequence()).isEqualTo(4);
  }

  @Test
  void theOldestEventsOfObjectsAreDroppedFirstAndNumbersGoOn() {
    var operation = queued().entered(Phase.WAITING, NOW);
    for (int i = 1; i <= Operation.MAX_EVENTS; i++) {
      operation = operation.observed(objects(1, "try " + i), NOW);
    }

    assertThat(operation.events()).hasSize(Operation.MAX_EVENTS);
    assertThat(operation.events())
        .filteredOn(event -> event.object().isEmpty())
        .extracting(Event::phase)
        .containsExactly(Phase.QUEUED, Phase.WAITING);
    assertThat(operation.events().get(2).sequence()).as("the gap can be seen").isEqualTo(5);
    assertThat(operation.sequence()).isEqualTo(Operation.MAX_EVENTS + 2);
    assertThat(operation.events()).extracting(Event::sequence).isSorted().doesNotHaveDuplicates();
  }

  @Test
  void whereAllEventsArePhasesTheFirstOnesAreDropped() {
    var operation = queued();
    for (int i = 0; i < Operation.MAX_EVENTS; i++) {
      operation = operation.entered(i % 2 == 0 ? Phase.APPLYING : Phase.WAITING, NOW);
    }

    assertThat(operation.events()).hasSize(Operation.MAX_EVENTS);
    assertThat(operation.events().getFirst().sequence()).isEqualTo(2);
  }

  private static Operation queued() {
    return new Operation(
            new OperationName(new ReleaseRef("team-a", "web"), "op1"),
            Action.INSTALL,
            new Caller("idp:alice", List.of(), "d-1"),
            "",
            "replica-1",
            "",
            "",
            "",
            "",
            Phase.QUEUED,
            Revisions.UNKNOWN,
            false,
            NOW,
            NOW,
            List.of(),
            List.of(),
            List.of(),
            Optional.empty())
        .entered(Phase.QUEUED, NOW);
  }

  private static List<ObjectStatus> objects(int count, String missing) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ObjectStatus("v1", "Pod", "team-a", "web-" + i, false, missing))
        .toList();
  }
}
