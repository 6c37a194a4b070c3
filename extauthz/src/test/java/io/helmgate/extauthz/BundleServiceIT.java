package io.helmgate.extauthz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import io.helmgate.extauthz.policy.bundle.TestBundleServer;
import io.helmgate.extauthz.policy.bundle.TestBundles;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service with bundles that {@code opa} built and signed, from an HTTP server. */
final class BundleServiceIT {

  @TempDir private Path directory;
  private TestBundles bundles;
  private TestBundleServer server;
  private TestApp service;
  private ManagedChannel envoy;

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
    envoy =
        Grpc.newChannelBuilder(
                "127.0.0.1:" + service.app().port(), InsecureChannelCredentials.create())
            .build();
  }

  @AfterEach
  void stop() {
    envoy.shutdownNow();
    service.close();
    server.close();
  }

  private static Map<String, String> allowing(String path) {
    return Map.of(
        "policy.rego",
        "package helmgate.authz\n\nallow if input.attributes.request.http.path == \"%s\"\n"
            .formatted(path));
  }

  /** The status that the client would get. */
  private int status(String path) {
    var reply =
        AuthorizationGrpc.newBlockingStub(envoy)
            .withDeadlineAfter(20, TimeUnit.SECONDS)
            .check(
                CheckRequest.newBuilder()
                    .setAttributes(
                        AttributeContext.newBuilder()
                            .setRequest(
                                AttributeContext.Request.newBuilder()
                                    .setHttp(
                                        AttributeContext.HttpRequest.newBuilder()
                                            .setMethod("GET")
                                            .setHost("api.example.com")
                                            .setPath(path))))
                    .build());
    return reply.hasDeniedResponse() ? reply.getDeniedResponse().getStatus().getCodeValue() : 200;
  }

  private ServingStatus health() {
    return HealthGrpc.newBlockingStub(envoy)
        .check(
            HealthCheckRequest.newBuilder()
                .setService("envoy.service.auth.v3.Authorization")
                .build())
        .getStatus();
  }

  private String readiness() throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + service.app().adminPort() + "/readyz");
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  private String lastRecordedRevision() throws IOException {
    JsonNode record =
        new ObjectMapper()
            .readTree(Files.readAllLines(directory.resolve("decisions.jsonl")).getLast());
    return record.at("/bundles/bundle/revision").asText();
  }

  @Test
  void updatesAreTakenWrongSignaturesRefusedAndTheOldOneStays() throws Exception {
    assertThat(status("/one")).isEqualTo(503);
    assertThat(health()).isEqualTo(ServingStatus.NOT_SERVING);
    await().untilAsserted(() -> assertThat(readiness()).contains("policy default", "answered 503"));

    server.publish("\"1\"", bundles.signed(allowing("/one"), "-r", "v1"));
    server.answer(200);
    await().until(() -> health() == ServingStatus.SERVING);
    assertThat(status("/one")).isEqualTo(200);
    assertThat(status("/two")).isEqualTo(403);
    await().untilAsserted(() -> assertThat(lastRecordedRevision()).isEqualTo("v1"));

    server.publish(
        "\"2\"", bundles.signedBy(TestBundles.newKey(), allowing("/two"), "-r", "forged"));
    await().untilAsserted(() -> assertThat(readiness()).contains("a newer one is not used"));
    assertThat(status("/two")).isEqualTo(403);
    assertThat(status("/one")).isEqualTo(200);

    server.publish("\"3\"", bundles.signed(allowing("/two"), "-r", "v3"));
    await().until(() -> status("/two") == 200);
    assertThat(status("/one")).isEqualTo(403);
    await().untilAsserted(() -> assertThat(lastRecordedRevision()).isEqualTo("v3"));
    assertThat(health()).isEqualTo(ServingStatus.SERVING);
  }
}
