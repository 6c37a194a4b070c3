package io.helmgate.deployer.operation;

import static io.helmgate.deployer.ReleaseFixture.TEAM_A;
import static io.helmgate.deployer.ReleaseFixture.chart;
import static io.helmgate.deployer.ReleaseFixture.demo;
import static io.helmgate.deployer.ReleaseFixture.ref;
import static io.helmgate.deployer.ReleaseFixture.unawaited;
import static io.helmgate.deployer.operation.OperationFixture.begun;
import static io.helmgate.deployer.operation.OperationFixture.ended;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.helmgate.deployer.Replica;
import io.helmgate.deployer.SharedSandbox;
import io.helmgate.deployer.audit.AuditEvents;
import io.helmgate.deployer.release.DeployRequest;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Remedy;
import io.helmgate.deployer.release.Write;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Base64;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** What operations keep, and what is said of them, holds no values: against a real API server. */
final class OperationSecrecyIT {
  private static Replica one;
  private static Cli kubectl;

  @BeforeAll
  static void start(@TempDir Path directory) throws IOException {
    var sandbox = SharedSandbox.get();
    kubectl = sandbox.cluster().kubectl();
    one = Replica.start(sandbox, directory);
  }

  @AfterAll
  static void stop() {
    one.close();
  }

  @Test
  void theRecordHoldsNoValuesAndItsLabelsNoSecrets() throws InterruptedException {
    var ref = ref("team-a");
    Map<String, @Nullable Object> values =
        Map.of("settings", Map.of("password", "s3cr3t-of-this-test"));

    var started = begun(one, TEAM_A, new Write.Install(demo(ref, "0.1.0", values)));
    ended(one, started.name());

    var secret =
        kubectl.run(
            "get", "secret", "operation-" + started.name().id(), "-n", "helmgate", "-o", "json");
    var record = record(started.name());
    assertThat(secret).contains("helmgate.io/done\": \"true\"");
    assertThat(record).contains("sandbox/demo").doesNotContain("s3cr3t", "password");
  }

  @Test
  void whatTheClusterSaysOfAFailureHidesValuesInTextsRecordsAndLogs() {
    var ref = ref("team-a");
    Logger logger = (Logger) LoggerFactory.getLogger(Logger.ROOT_LOGGER_NAME);
    var logged = new ListAppender<ILoggingEvent>();
    logged.start();
    logger.addAppender(logged);
    try (var audit = new AuditEvents()) {
      ended(one, begun(one, TEAM_A, new Write.Install(job(ref, "hunter1hunter1"))).name());
      var upgrade = new Write.Upgrade(job(ref, "hunter2hunter2"), Remedy.NONE);
      var started = begun(one, TEAM_A, upgrade);
      var failed = (Ending.Failed) ended(one, started.name()).ending().orElseThrow();

      assertThat(failed.message())
          .contains("field is immutable")
          .doesNotContain("hunter")
          .hasSizeLessThanOrEqualTo(1000);
      assertThat(record(started.name())).contains("immutable").doesNotContain("hunter");
      assertThat(audit.pairs().toString()).contains("immutable");
      assertThat(logged.list)
          .extracting(event -> event.getFormattedMessage() + event.getKeyValuePairs())
          .isNotEmpty()
          .noneMatch(line -> line.contains("hunter"));
    } finally {
      logger.detachAppender(logged);
    }
  }

  private static DeployRequest job(ReleaseRef ref, String password) {
    return unawaited(chart("job", ref, Map.of("settings", Map.of("password", password))));
  }

  private static String record(OperationName name) {
    return new String(
        Base64.getDecoder()
            .decode(
                kubectl.run(
                    "get",
                    "secret",
                    "operation-" + name.id(),
                    "-n",
                    "helmgate",
                    "-o",
                    "jsonpath={.data.operation}")),
        StandardCharsets.UTF_8);
  }
}
