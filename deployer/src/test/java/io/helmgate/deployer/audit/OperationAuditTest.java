package io.helmgate.deployer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.operation.Action;
import io.helmgate.deployer.operation.Ending;
import io.helmgate.deployer.operation.Operation;
import io.helmgate.deployer.operation.OperationName;
import io.helmgate.deployer.operation.Revisions;
import io.helmgate.deployer.release.Caller;
import io.helmgate.deployer.release.Phase;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.ReleaseRef;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class OperationAuditTest {

  private final AuditEvents events = new AuditEvents();

  @AfterEach
  void stop() {
    events.close();
  }

  @Test
  void theEndOfAnOperationIsToldWithAllThatIsKnownOfIt() {
    new OperationAudit("default")
        .ended(
            operation(
                new Revisions(OptionalInt.of(3), 4, OptionalInt.of(5)),
                new Ending.Failed(Reason.DEADLINE_EXCEEDED, "too slow")));

    assertThat(events.message()).isEqualTo("operation upgrade DEADLINE_EXCEEDED");
    assertThat(events.pairs())
        .isEqualTo(
            Map.ofEntries(
                Map.entry("user", "idp:alice"),
                Map.entry("groups", "idp:a,idp:b"),
                Map.entry("decision_id", "d-1"),
                Map.entry("action", "upgrade"),
                Map.entry("cluster", "default"),
                Map.entry("namespace", "team-a"),
                Map.entry("release", "web"),
                Map.entry("operation", "op1"),
                Map.entry("chart", "stable/web"),
                Map.entry("version", "1.2.3"),
                Map.entry("chart_digest", "sha256:00"),
                Map.entry("values_digest", "sha256:11"),
                Map.entry("revision_before", 3),
                Map.entry("revision", 5),
                Map.entry("reason", "too slow"),
                Map.entry("outcome", "DEADLINE_EXCEEDED"),
                Map.entry("duration_ms", 1500L)));
  }

  @Test
  void revisionsThatNobodyHasSeenAreNotTold() {
    new OperationAudit("default")
        .ended(operation(Revisions.UNKNOWN, new Ending.Failed(Reason.ABORTED, "its replica died")));

    assertThat(events.pairs()).doesNotContainKeys("revision_before", "revision");
  }

  private static Operation operation(Revisions revisions, Ending ending) {
    var begin = Instant.parse("2026-01-02T03:04:05Z");
    return new Operation(
        new OperationName(new ReleaseRef("team-a", "web"), "op1"),
        Action.UPGRADE,
        new Caller("idp:alice", List.of("idp:a", "idp:b"), "d-1"),
        "",
        "replica-1",
        "stable/web",
        "1.2.3",
        "sha256:00",
        "sha256:11",
        Phase.DONE,
        revisions,
        false,
        begin,
        begin.plusMillis(1500),
        List.of(),
        List.of(),
        List.of(),
        Optional.of(ending));
  }
}
