package io.helmgate.deployer.audit;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import com.google.rpc.Code;
import io.helmgate.deployer.release.Caller;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class LogAuditSinkTest {

  private final ListAppender<ILoggingEvent> events = new ListAppender<>();
  private final Logger logger = (Logger) LoggerFactory.getLogger("io.helmgate.audit");

  @BeforeEach
  void listen() {
    events.start();
    logger.addAppender(events);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(events);
  }

  @Test
  void aRecordIsOneEventWithItsFactsAsPairs() {
    new LogAuditSink()
        .keep(
            entry(
                "InstallApp",
                new AuditTarget("team-a", "web", "stable/web", "1.2.3", "sha256:00"),
                4,
                Code.OK));

    assertThat(events.list).hasSize(1);
    assertThat(events.list.getFirst().getFormattedMessage()).isEqualTo("InstallApp OK");
    assertThat(pairs())
        .isEqualTo(
            Map.ofEntries(
                Map.entry("user", "idp:alice"),
                Map.entry("groups", "idp:a,idp:b"),
                Map.entry("decision_id", "d-1"),
                Map.entry("request_id", "r-1"),
                Map.entry("transport", "grpc"),
                Map.entry("action", "InstallApp"),
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
        .keep(entry("SearchApps", new AuditTarget("", "", "", "", ""), 0, Code.UNAVAILABLE));

    assertThat(pairs())
        .doesNotContainKeys("namespace", "release", "chart", "version", "revision")
        .containsEntry("outcome", "UNAVAILABLE")
        .containsEntry("reason", "cluster unreachable");
  }

  private Map<String, Object> pairs() {
    var pairs = new LinkedHashMap<String, Object>();
    events.list.getFirst().getKeyValuePairs().forEach(pair -> pairs.put(pair.key, pair.value));
    return pairs;
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
        outcome,
        "cluster unreachable",
        Duration.ofMillis(12));
  }
}
