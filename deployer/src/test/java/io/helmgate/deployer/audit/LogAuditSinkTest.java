package io.helmgate.deployer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.rpc.Code;
import io.helmgate.deployer.release.Caller;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class LogAuditSinkTest {

  private final AuditEvents events = new AuditEvents();

  @AfterEach
  void stop() {
    events.close();
  }

  @Test
  void aRecordIsOneEventWithItsFactsAsPairs() {
    new LogAuditSink()
        .keep(
            entry(
                "InstallApp",
                new AuditTarget("default", "team-a", "web", "stable/web", "1.2.3", "sha256:00"),
                4,
                Code.OK));

    assertThat(events.message()).isEqualTo("InstallApp OK");
    assertThat(events.pairs())
        .isEqualTo(
            Map.ofEntries(
                Map.entry("user", "idp:alice"),
                Map.entry("groups", "idp:a,idp:b"),
                Map.entry("decision_id", "d-1"),
                Map.entry("request_id", "r-1"),
                Map.entry("transport", "grpc"),
                Map.entry("action", "InstallApp"),
                Map.entry("cluster", "default"),
                Map.entry("namespace", "team-a"),
                Map.entry("release", "web"),
                Map.entry("chart", "stable/web"),
                Map.entry("version", "1.2.3"),
                Map.entry("values_digest", "sha256:00"),
                Map.entry("revision", 4),
                Map.entry("chart_version", "1.2.3"),
                Map.entry("outcome", "OK"),
                Map.entry("duration_ms", 12L)));
  }

  @Test
  void whatACallDoesNotSayIsLeftOutAndAFaultIsNamed() {
    new LogAuditSink()
        .keep(entry("SearchApps", new AuditTarget("", "", "", "", "", ""), 0, Code.UNAVAILABLE));

    assertThat(events.pairs())
        .doesNotContainKeys("cluster", "namespace", "release", "chart", "version", "revision")
        .containsEntry("outcome", "UNAVAILABLE")
        .containsEntry("reason", "cluster unreachable");
  }

  private static AuditRecord entry(String action, AuditTarget target, int revision, Code outcome) {
    return new AuditRecord(
        new Caller("idp:alice", List.of("idp:a", "idp:b"), "d-1"),
        "grpc",
        "r-1",
        action,
        target,
        revision,
        "1.2.3",
        "",
        outcome,
        "cluster unreachable",
        Duration.ofMillis(12));
  }
}
