package io.helmgate.kit.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.metrics5.MetricName;
import io.dropwizard.metrics5.MetricRegistry;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AdminServerTest {

  private final MetricRegistry metrics = new MetricRegistry();
  private final Readiness readiness = new Readiness();
  private final HttpClient client = HttpClient.newHttpClient();
  private AdminServer server;

  @BeforeEach
  void start() throws IOException {
    server =
        AdminServer.start(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0),
            metrics,
            readiness,
            "1.2.3");
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  @Test
  void metricsAreShownWithTheirTagsAsLabels() throws Exception {
    metrics.counter(MetricName.build("helmgate_things").tagged("kind", "good")).inc(3);

    assertThat(send("GET", "/metrics").body())
        .containsPattern("helmgate_things(_total)?\\{kind=\"good\"} 3")
        .contains("jvm_memory_used_bytes");
  }

  @Test
  void readinessNamesEachCondition() throws Exception {
    var policy = readiness.required("policy");
    var provider = readiness.informative("provider");
    assertThat(send("GET", "/readyz").statusCode()).isEqualTo(503);
    assertThat(send("GET", "/readyz").body()).contains("failed policy: not reported yet");

    policy.set(true, "");
    provider.set(false, "no keys");

    assertThat(send("GET", "/readyz").statusCode()).isEqualTo(200);
    assertThat(send("GET", "/readyz").body()).isEqualTo("ok policy\ndegraded provider: no keys\n");
  }

  @Test
  void healthAndVersionAnswer() throws Exception {
    assertThat(send("GET", "/healthz").body()).isEqualTo("ok\n");
    assertThat(send("GET", "/version").body()).isEqualTo("1.2.3\n");
  }

  @Test
  void nothingElseIsServed() throws Exception {
    assertThat(send("GET", "/").statusCode()).isEqualTo(404);
    assertThat(send("GET", "/metrics/x").statusCode()).isEqualTo(404);
    assertThat(send("POST", "/metrics").statusCode()).isEqualTo(405);
  }

  private HttpResponse<String> send(String method, String path) throws Exception {
    var uri = URI.create("http://127.0.0.1:" + server.port() + path);
    return client.send(
        HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build(),
        BodyHandlers.ofString());
  }
}
