package io.helmgate.extauthz.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.grpc.CallOptions;
import io.grpc.ClientInterceptors;
import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Metadata;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthGrpc;
import io.grpc.stub.ClientCalls;
import io.grpc.stub.MetadataUtils;
import io.helmgate.extauthz.gateway.Gateway.Reply;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** More than is allowed and more than can be done, through a real Envoy that fails open. */
final class OverloadIT {

  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int FLOOD = 32;
  private static final String OVERLOAD = "reason=\"overload\"";

  private static final String POLICY =
      """
      package envoy.authz

      allow if input.parsed_path == ["fast"]

      allow if startswith(input.attributes.request.http.path, "/limited.")

      allow if {
        input.parsed_path == ["slow"]
        some i in numbers.range(1, 300)
        some j in numbers.range(1, 300)
        i * j == 90000
      }
      """;

  @TempDir private static Path directory;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    Files.writeString(directory.resolve("policy.rego"), POLICY);
    String policy =
        "calls: false\npolicy: {file: DIR/policy.rego, query: data.envoy.authz.allow}\n";
    Map<String, String> profiles = new HashMap<>();
    profiles.put("default", policy);
    profiles.put("streams", policy);
    profiles.put("few", policy + "limits: {user_per_minute: 2}\n");
    profiles.put("few-calls", policy + "limits: {user_per_minute: 2}\n");
    profiles.put("problem", policy + "response: {style: rfc6750, realm: api, scope: read}\n");
    gateway =
        new Gateway(
            1,
            directory,
            """
            concurrency: {min_waiting: 1, max_waiting: 1}
            rate: {pod_estimate: 1, user_per_minute: 1000000}
            """,
            profiles);
  }

  @AfterAll
  static void stop() throws InterruptedException {
    gateway.close();
  }

  @Test
  void aClientThatAsksTooOftenGetsA429AndIsToldWhenToTryAgain() throws Exception {
    Reply first = gateway.send(get("/fast").header("x-profile", "few"));
    Reply second = gateway.send(get("/fast").header("x-profile", "few"));
    Reply third = gateway.send(get("/fast").header("x-profile", "few"));

    assertThat(List.of(first.status(), second.status())).containsOnly(200);
    assertThat(third.status()).isEqualTo(429);
    assertThat(third.header("ratelimit-policy")).isEqualTo("\"address\";q=2;w=60");
    assertThat(Integer.parseInt(third.header("retry-after"))).isBetween(1, 30);
    assertThat(third.body()).isEqualTo("Too many requests");
  }

  @Test
  void aThrottledGrpcCallGetsResourceExhaustedInTrailersOnly() {
    ManagedChannel channel = channel();
    try {
      List<Status.Code> codes = new ArrayList<>();
      for (int i = 0; i < 4; i++) {
        codes.add(status(channel, "few-calls"));
      }

      assertThat(codes)
          .containsExactly(
              Status.Code.UNKNOWN,
              Status.Code.UNKNOWN,
              Status.Code.RESOURCE_EXHAUSTED,
              Status.Code.RESOURCE_EXHAUSTED);
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aFloodIsRefusedAtOnceInTheFormOfEachCallerAndEndsWithItself() throws Exception {
    AtomicBoolean flooding = new AtomicBoolean(true);
    List<Thread> flood = new ArrayList<>();
    ManagedChannel channel = channel();
    try {
      for (int i = 0; i < FLOOD; i++) {
        flood.add(Thread.startVirtualThread(() -> askWhile(flooding)));
      }

      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                double before = refusals("default");
                Reply plain = gateway.send(get("/fast"));
                assertThat(plain.status()).isEqualTo(503);
                assertThat(plain.header("retry-after")).isEqualTo("1");
                assertThat(plain.body()).isEqualTo("Authorization is not available");
                assertThat(refusals("default")).isGreaterThan(before);
              });
      await()
          .atMost(LIMIT)
          .untilAsserted(
              () -> {
                Reply problem = gateway.send(get("/fast").header("x-profile", "problem"));
                assertThat(problem.status()).isEqualTo(503);
                assertThat(problem.header("content-type")).isEqualTo("application/problem+json");
              });
      await().atMost(LIMIT).until(() -> status(channel, "streams") == Status.Code.UNAVAILABLE);
      assertThat(refusals("problem")).isPositive();
      assertThat(refusals("streams")).isPositive();
    } finally {
      flooding.set(false);
      for (Thread thread : flood) {
        thread.join();
      }
    }
    try {
      assertThat(gateway.send(get("/fast")).status()).isEqualTo(200);
      assertThat(status(channel, "streams")).isEqualTo(Status.Code.UNKNOWN);
    } finally {
      channel.shutdownNow();
    }
  }

  private static void askWhile(AtomicBoolean flooding) {
    while (flooding.get()) {
      try {
        gateway.send(get("/slow"));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }

  /** How many requests of a profile were refused because too many waited. */
  private static double refusals(String profile) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(
                      URI.create(
                          "http://127.0.0.1:"
                              + gateway.replicas().getFirst().adminPort()
                              + "/metrics"))
                  .build(),
              BodyHandlers.ofString())
          .body()
          .lines()
          .filter(line -> line.startsWith("extauthz_decisions_total"))
          .filter(line -> line.contains(OVERLOAD))
          .filter(line -> line.contains("profile=\"" + profile + "\""))
          .mapToDouble(line -> Double.parseDouble(line.substring(line.lastIndexOf(' ') + 1)))
          .sum();
    }
  }

  /** Of a gRPC call; the upstream of one that passes speaks no gRPC, which is UNKNOWN. */
  private static Status.Code status(ManagedChannel channel, String profile) {
    Metadata headers = new Metadata();
    headers.put(Metadata.Key.of("x-profile", Metadata.ASCII_STRING_MARSHALLER), profile);
    try {
      var _ =
          ClientCalls.blockingUnaryCall(
              ClientInterceptors.intercept(
                  channel, MetadataUtils.newAttachHeadersInterceptor(headers)),
              HealthGrpc.getCheckMethod().toBuilder()
                  .setFullMethodName("limited.Service/Call")
                  .build(),
              CallOptions.DEFAULT.withDeadlineAfter(20, TimeUnit.SECONDS),
              HealthCheckRequest.getDefaultInstance());
      return Status.Code.OK;
    } catch (StatusRuntimeException e) {
      return e.getStatus().getCode();
    }
  }

  private static ManagedChannel channel() {
    return ManagedChannelBuilder.forAddress("127.0.0.1", gateway.plainPort())
        .usePlaintext()
        .build();
  }

  private static HttpRequest.Builder get(String target) {
    return gateway.plain(target);
  }
}
