package io.helmgate.extauthz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.helmgate.extauthz.policy.bundle.TestBundleServer;
import io.helmgate.extauthz.policy.bundle.TestBundles;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service with bundles that {@code opa} built and signed, from an HTTP server. */
final class BundleServiceIT {

  private static final Duration PATIENCE = Duration.ofSeconds(60);

  @TempDir private Path directory;
  private TestBundles bundles;
  private TestBundleServer server;
  private TestApp service;
  private TestCaller envoy;

  @BeforeEach
  void start() throws Exception {
    bundles = new TestBundles(directory);
    server = new TestBundleServer();
    server.answer(503);
    Path keys = Files.writeString(directory.resolve("key.pem"), bundles.publicPem());
    service =
        TestApp.start(
            directory,
            """
                default:
                  calls: false
                  policy:
                    bundle:
                      url: URL
                      token: TOKEN
                      hold: 0s
                      min_delay: 50ms
                      max_delay: 100ms
                    verification: {keys_file: KEYS}
            """
                .replace("URL", server.url().toString())
                .replace("TOKEN", TestBundleServer.TOKEN)
                .replace("KEYS", keys.toString()));
    envoy = new TestCaller(service.app());
  }

  @AfterEach
  void stop() {
    envoy.close();
    service.close();
    server.close();
  }

  private static Map<String, String> allowing(String path) {
    return Map.of(
        "policy.rego",
        "package helmgate.authz\n\nallow if input.attributes.request.http.path == \"%s\"\n"
            .formatted(path));
  }

  private String lastRecordedRevision() throws IOException {
    JsonNode record =
        new ObjectMapper()
            .readTree(Files.readAllLines(directory.resolve("decisions.jsonl")).getLast());
    return record.at("/bundles/bundle/revision").asText();
  }

  @Test
  void updatesAreTakenWrongSignaturesRefusedAndTheOldOneStays() throws Exception {
    assertThat(envoy.status("/one")).isEqualTo(503);
    assertThat(envoy.health()).isEqualTo(ServingStatus.NOT_SERVING);
    await()
        .atMost(PATIENCE)
        .untilAsserted(
            () -> assertThat(envoy.readiness()).contains("policy default", "answered 503"));

    server.publish("\"1\"", bundles.signed(allowing("/one"), "-r", "v1"));
    server.answer(200);
    await().atMost(PATIENCE).until(() -> envoy.health() == ServingStatus.SERVING);
    assertThat(envoy.status("/one")).isEqualTo(200);
    assertThat(envoy.status("/two")).isEqualTo(403);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(lastRecordedRevision()).isEqualTo("v1"));

    server.publish(
        "\"2\"", bundles.signedBy(TestBundles.newKey(), allowing("/two"), "-r", "forged"));
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(envoy.readiness()).contains("a newer one is not used"));
    assertThat(envoy.status("/two")).isEqualTo(403);
    assertThat(envoy.status("/one")).isEqualTo(200);

    server.publish("\"3\"", bundles.signed(allowing("/two"), "-r", "v3"));
    await().atMost(PATIENCE).until(() -> envoy.status("/two") == 200);
    assertThat(envoy.status("/one")).isEqualTo(403);
    await()
        .atMost(PATIENCE)
        .untilAsserted(() -> assertThat(lastRecordedRevision()).isEqualTo("v3"));
    assertThat(envoy.health()).isEqualTo(ServingStatus.SERVING);
  }
}
