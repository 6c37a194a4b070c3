package io.helmgate.kit.admin;

import static org.assertj.core.api.Assertions.assertThat;

import io.dropwizard.metrics5.MetricName;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

final class AdminServerTest {

  private final ServiceMetrics metrics = ServiceMetrics.ofDecisions();
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
  void timersAreShownAsBucketsThatAddUp() throws Exception {
    var timer = metrics.timer(MetricName.build("helmgate_work_seconds").tagged("stage", "policy"));
    timer.update(Duration.ofNanos(20_000));
    timer.update(Duration.ofNanos(25_000));
    timer.update(Duration.ofNanos(26_000));
    timer.update(Duration.ofMillis(40));
    timer.update(Duration.ofSeconds(11));

    assertThat(send("GET", "/metrics").body().lines().filter(line -> line.contains("_work_")))
        .contains(
            "# TYPE helmgate_work_seconds histogram",
            "helmgate_work_seconds_bucket{stage=\"policy\",le=\"2.5E-5\"} 2",
            "helmgate_work_seconds_bucket{stage=\"policy\",le=\"5.0E-5\"} 3",
            "helmgate_work_seconds_bucket{stage=\"policy\",le=\"0.025\"} 3",
            "helmgate_work_seconds_bucket{stage=\"policy\",le=\"0.05\"} 4",
            "helmgate_work_seconds_bucket{stage=\"policy\",le=\"10.0\"} 4",
            "helmgate_work_seconds_bucket{stage=\"policy\",le=\"+Inf\"} 5",
            "helmgate_work_seconds_count{stage=\"policy\"} 5",
            "helmgate_work_seconds_sum{stage=\"policy\"} 11.040071");
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
