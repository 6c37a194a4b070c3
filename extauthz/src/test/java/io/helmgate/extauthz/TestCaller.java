package io.helmgate.extauthz;

import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.grpc.health.v1.HealthCheckRequest;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.grpc.health.v1.HealthGrpc;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.TimeUnit;

/** Asks extauthz without TLS, as Envoy does, and reads its admin port. */
final class TestCaller implements AutoCloseable {

  private final ExtAuthzApp app;
  private final ManagedChannel channel;

  TestCaller(ExtAuthzApp app) {
    this.app = app;
    this.channel =
        Grpc.newChannelBuilder("127.0.0.1:" + app.port(), InsecureChannelCredentials.create())
            .build();
  }

  CheckResponse get(String path) {
    return AuthorizationGrpc.newBlockingStub(channel)
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
  }

  /** The status that the client would get; 200 when the request passes. */
  int status(String path) {
    CheckResponse reply = get(path);
    return reply.hasDeniedResponse() ? reply.getDeniedResponse().getStatus().getCodeValue() : 200;
  }

  ServingStatus health() {
    return HealthGrpc.newBlockingStub(channel)
        .check(
            HealthCheckRequest.newBuilder()
                .setService("envoy.service.auth.v3.Authorization")
                .build())
        .getStatus();
  }

  String readiness() throws IOException, InterruptedException {
    return page("/readyz");
  }

  /** A page of the admin port. */
  String page(String path) throws IOException, InterruptedException {
    try (HttpClient client = HttpClient.newHttpClient()) {
      URI uri = URI.create("http://127.0.0.1:" + app.adminPort() + path);
      return client.send(HttpRequest.newBuilder(uri).build(), BodyHandlers.ofString()).body();
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
