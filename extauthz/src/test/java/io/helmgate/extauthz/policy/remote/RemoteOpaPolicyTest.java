package io.helmgate.extauthz.policy.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.PolicyOutcome;
import io.helmgate.extauthz.policy.source.RegoQuery;
import io.helmgate.kit.config.Secret;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(120)
final class RemoteOpaPolicyTest {

  @TempDir private Path directory;

  private static RemoteOpaPolicy policy(URI url, String token, Duration timeout) throws Exception {
    return new RemoteOpaPolicy(
        new RemoteOpaConfig(url, Secret.of(token), Optional.empty(), timeout, 4),
        RegoQuery.parse("data.helmgate.authz.allow").orElseThrow());
  }

  private static PolicyOutcome decide(Policy policy, String input) {
    return policy.decide(input.getBytes(StandardCharsets.UTF_8));
  }

  @Test
  void aRealOpaServerDecides() throws Exception {
    Path rego =
        Files.writeString(
            directory.resolve("policy.rego"),
            """
            package helmgate.authz

            allow if input.sub == "alice"

            allow := {"allowed": false, "http_status": 429, "body": "no"} if input.sub == "bob"

            allow := 7 if input.sub == "seven"
            """);
    Path auth =
        Files.writeString(
            directory.resolve("auth.rego"),
            "package system.authz\n\ndefault allow := false\n\nallow if input.identity == \"t0ken\"\n");
    URI gone;
    try (OpaServer opa =
        OpaServer.start(
            directory,
            "--authentication=token",
            "--authorization=basic",
            rego.toString(),
            auth.toString())) {
      gone = opa.url();
      try (RemoteOpaPolicy policy = policy(opa.url(), "t0ken", Duration.ofSeconds(10))) {
        await()
            .untilAsserted(
                () ->
                    assertThat(decide(policy, "{\"sub\": \"alice\"}"))
                        .isInstanceOf(PolicyOutcome.Allowed.class));
        assertThat(decide(policy, "{\"sub\": \"bob\"}"))
            .isInstanceOfSatisfying(
                PolicyOutcome.Denied.class,
                denied -> assertThat(denied.effects().httpStatus()).contains(429));
        assertThat(decide(policy, "{\"sub\": \"zoë\"}"))
            .isInstanceOf(PolicyOutcome.Undefined.class);
        assertThat(decide(policy, "{\"sub\": \"seven\"}"))
            .isInstanceOf(PolicyOutcome.Malformed.class);
        assertThat(decide(policy, "{")).isInstanceOf(PolicyOutcome.Failed.class);
      }
      try (RemoteOpaPolicy wrong = policy(opa.url(), "other", Duration.ofSeconds(10))) {
        assertThat(decide(wrong, "{\"sub\": \"alice\"}")).isInstanceOf(PolicyOutcome.Failed.class);
      }
    }
    try (RemoteOpaPolicy down = policy(gone, "", Duration.ofSeconds(10))) {
      assertThat(decide(down, "{}")).isInstanceOf(PolicyOutcome.Failed.class);
    }
  }

  @Test
  void whatIsNoAnswerIsAFailureAndConnectionsAreKept() throws Exception {
    Map<String, String> bodies = new ConcurrentHashMap<>();
    Set<Integer> clientPorts = ConcurrentHashMap.newKeySet();
    CountDownLatch hanging = new CountDownLatch(1);
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    server.setExecutor(threads);
    server.createContext(
        "/v1/data/helmgate/authz/allow",
        exchange -> {
          try (exchange) {
            clientPorts.add(exchange.getRemoteAddress().getPort());
            String asked =
                new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String body = bodies.getOrDefault(asked, "{}");
            if (body.equals("hang")) {
              hanging.await();
            }
            byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
            exchange.sendResponseHeaders(body.equals("error") ? 500 : 200, bytes.length);
            exchange.getResponseBody().write(bytes);
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    server.start();
    bodies.put("{\"input\":1}", "<html>");
    bodies.put("{\"input\":2}", "error");
    bodies.put("{\"input\":3}", "{\"result\": true, \"result\": false}");
    bodies.put("{\"input\":4}", "{\"result\": true}");
    bodies.put("{\"input\":5}", "hang");
    URI url = URI.create("http://127.0.0.1:" + server.getAddress().getPort() + "/");
    try (RemoteOpaPolicy policy = policy(url, "", Duration.ofSeconds(1))) {
      assertThat(decide(policy, "4")).isInstanceOf(PolicyOutcome.Allowed.class);
      for (String input : new String[] {"1", "2", "3"}) {
        assertThat(decide(policy, input)).as(input).isInstanceOf(PolicyOutcome.Failed.class);
      }
      assertThat(decide(policy, "0")).isInstanceOf(PolicyOutcome.Undefined.class);
      assertThat(clientPorts).hasSize(1);
      assertThat(decide(policy, "5"))
          .isInstanceOfSatisfying(
              PolicyOutcome.Failed.class,
              failed -> assertThat(failed.reason()).contains("did not answer within"));
    } finally {
      hanging.countDown();
      server.stop(0);
      threads.shutdownNow();
    }
  }
}
