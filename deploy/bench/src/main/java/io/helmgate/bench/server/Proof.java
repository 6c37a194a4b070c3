package io.helmgate.bench.server;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.grpc.ManagedChannel;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.helmgate.bench.scene.Scene;
import io.helmgate.sandbox.process.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.concurrent.TimeUnit;

/** Makes sure that a server decides: a fast one that does not would be worth nothing. */
public final class Proof {

  private static final int OK = 200;
  private static final int DEADLINE = 20;

  private Proof() {}

  /** A Check server gives an answer: allowed or not. */
  public static void check(Contender server, CheckRequest request, boolean allowed) {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress("127.0.0.1", server.port()).usePlaintext().build();
    try {
      int code =
          AuthorizationGrpc.newBlockingStub(channel)
              .withDeadlineAfter(DEADLINE, TimeUnit.SECONDS)
              .check(request)
              .getStatus()
              .getCode();
      expect(server, allowed, code == 0, "status " + code);
    } finally {
      channel.shutdownNow();
    }
  }

  /** OPA gives an answer. */
  public static void opa(Contender server, String path, String input, boolean allowed) {
    String answer =
        send(HttpRequest.newBuilder(URI.create(url(server) + path))
                .POST(HttpRequest.BodyPublishers.ofString(input)))
            .body()
            .strip();
    expect(server, allowed, answer.equals("{\"result\":true}"), path + " gave " + answer);
  }

  /** Envoy lets a request pass or not. */
  public static void envoy(Contender listener, String authorization, boolean allowed) {
    HttpResponse<String> response =
        send(
            HttpRequest.newBuilder(URI.create(url(listener) + Scene.PATH))
                .header("authorization", authorization));
    int status = response.statusCode();
    expect(listener, allowed, status == OK, "status " + status + " " + response.body());
  }

  private static String url(Contender server) {
    return "http://127.0.0.1:" + server.port();
  }

  private static HttpResponse<String> send(HttpRequest.Builder request) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    } catch (IOException e) {
      throw new SandboxException("a server does not answer", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while a server was asked", e);
    }
  }

  private static void expect(Contender server, boolean wanted, boolean given, String answer) {
    if (wanted != given) {
      throw new SandboxException(
          "%s: %s (expected: %s)"
              .formatted(server.name(), answer, wanted ? "allowed" : "not allowed"));
    }
  }
}
