package io.helmgate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.kit.client.V1Client;
import java.io.IOException;
import java.nio.file.Files;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What the services' logs say of an operation, whatever the transport. */
class AuditIT {

  private static final Running HELMGATE = Running.helmgate();
  private static final Duration LIMIT = Duration.ofSeconds(10);

  static List<V1Client> clients() {
    return HELMGATE.v1(TeamRelease.TEAM_MEMBER);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void theEndOfAnOperationIsLoggedWithTheDecisionThatLetItBegin(V1Client client)
      throws IOException, GeneralSecurityException {
    var release = TeamRelease.fresh(client, "audit");

    var missing =
        client.call(
            "InstallRelease", release.install("sandbox/no-such-chart").setWait(true).build());
    var installed =
        client.call("InstallRelease", release.install("sandbox/demo").setWait(true).build());
    var uninstalled = release.uninstall();

    assertThat(uninstalled.ok().has("error")).as(uninstalled.toString()).isFalse();
    var refused = ended(missing.text("/name"));
    assertThat(refused.path("outcome").asText()).isEqualTo("NOT_FOUND");
    assertThat(refused.has("chart_digest")).isFalse();
    var install = ended(installed.text("/name"));
    assertThat(install.path("chart_digest").asText()).isEqualTo("sha256:" + archiveDigest());
    assertThat(install.path("chart").asText()).isEqualTo("sandbox/demo");
    assertThat(install.path("version").asText()).isEqualTo("0.2.0");
    assertThat(install.path("revision").asText()).isEqualTo("1");
    assertEnd(install, release, "install", "OK");
    assertEnd(ended(uninstalled.text("/name")), release, "uninstall", "OK");
    assertDecision(install, "/helmgate.deployer.v1.ReleaseService/InstallRelease");
    assertDecision(
        ended(uninstalled.text("/name")), "/helmgate.deployer.v1.ReleaseService/UninstallRelease");
  }

  private static void assertEnd(JsonNode line, TeamRelease release, String action, String outcome) {
    assertThat(line.path("user").asText()).isEqualTo("keycloak:bob");
    assertThat(line.path("groups").asText()).isEqualTo("keycloak:team-a");
    assertThat(line.path("cluster").asText()).isEqualTo("default");
    assertThat(line.path("namespace").asText()).isEqualTo(TeamRelease.NAMESPACE);
    assertThat(line.path("release").asText()).isEqualTo(release.id());
    assertThat(line.path("action").asText()).isEqualTo(action);
    assertThat(line.path("outcome").asText()).isEqualTo(outcome);
  }

  /** Extauthz logged the same decision, for this method and caller. */
  private static void assertDecision(JsonNode line, String method) {
    var id = line.path("decision_id").asText();
    assertThat(id).isNotEmpty();
    var decision =
        await()
            .atMost(LIMIT)
            .until(
                () -> lines(HELMGATE.extauthzLog(), "decision_id", id), found -> found.size() == 1)
            .getFirst();
    assertThat(decision.at("/input/method").asText()).isEqualTo(method);
    assertThat(decision.at("/custom/outcome").asText()).isEqualTo("allow");
    assertThat(decision.at("/custom/subject").asText()).isEqualTo("keycloak:bob");
  }

  /** The deployer's line for the end of an operation. */
  private static JsonNode ended(String operation) {
    var id = operation.substring(operation.lastIndexOf('/') + 1);
    return await()
        .atMost(LIMIT)
        .until(
            () ->
                lines(HELMGATE.deployerLog(), "operation", id).stream()
                    .filter(line -> line.path("message").asText().startsWith("operation "))
                    .toList(),
            found -> found.size() == 1)
        .getFirst();
  }

  private static List<JsonNode> lines(String log, String field, String value) {
    return log.lines()
        .filter(line -> line.startsWith("{") && line.endsWith("}") && line.contains(value))
        .map(Values::parse)
        .filter(line -> line.path(field).asText().equals(value))
        .toList();
  }

  private static String archiveDigest() throws IOException, GeneralSecurityException {
    var archive = Files.readAllBytes(HELMGATE.runDirectory().resolve("charts/demo-0.2.0.tgz"));
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(archive));
  }
}
