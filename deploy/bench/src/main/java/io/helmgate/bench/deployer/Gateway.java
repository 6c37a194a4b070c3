package io.helmgate.bench.deployer;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.grpc.ManagedChannel;
import io.grpc.Metadata;
import io.grpc.netty.shaded.io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.grpc.stub.MetadataUtils;
import io.helmgate.proto.deployer.v1.ReleaseServiceGrpc;
import io.helmgate.proto.deployer.v1.ReleaseServiceGrpc.ReleaseServiceBlockingStub;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.process.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import javax.net.ssl.SSLException;

/** The deployer's API through Envoy, as one user. */
final class Gateway implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST = Duration.ofMinutes(6);
  private static final Duration TOKEN_USE = Duration.ofMinutes(4);

  private static final Metadata.Key<String> AUTHORIZATION =
      Metadata.Key.of("authorization", Metadata.ASCII_STRING_MARSHALLER);

  private final Sandbox sandbox;
  private final HttpClient client;
  private final ManagedChannel channel;
  private final String user;
  private String token = "";
  private long fetched;

  Gateway(Sandbox sandbox, String user) {
    this.sandbox = sandbox;
    this.client = sandbox.envoy().client();
    this.channel = channel(sandbox);
    this.user = user;
  }

  private static ManagedChannel channel(Sandbox sandbox) {
    URI url = sandbox.envoy().url();
    try {
      return NettyChannelBuilder.forAddress(url.getHost(), url.getPort())
          .sslContext(
              GrpcSslContexts.forClient()
                  .trustManager(sandbox.tls().resolve("ca.crt").toFile())
                  .build())
          .build();
    } catch (SSLException e) {
      throw new SandboxException(url + ": no gRPC client can be made", e);
    }
  }

  /** Releases by gRPC. */
  ReleaseServiceBlockingStub releases() {
    Metadata headers = new Metadata();
    headers.put(AUTHORIZATION, "Bearer " + token());
    return ReleaseServiceGrpc.newBlockingStub(channel)
        .withInterceptors(MetadataUtils.newAttachHeadersInterceptor(headers));
  }

  String get(String path) throws InterruptedException {
    return send("GET", path, "");
  }

  /** Writes, and waits until that is done. */
  void post(String path, JsonNode body) throws InterruptedException {
    succeeded(path, send("POST", path, body.toString()));
  }

  /** Removes, and waits until that is done. */
  void delete(String path) throws InterruptedException {
    succeeded(path, send("DELETE", path, ""));
  }

  /** An operation that failed is told with status 200. */
  private static void succeeded(String path, String answer) {
    try {
      if (JSON.readTree(answer).path("error").isObject()) {
        throw new SandboxException(path + ": " + answer);
      }
    } catch (JsonProcessingException e) {
      throw new SandboxException(path + ": no JSON: " + answer, e);
    }
  }

  /** Logging in is not what is measured; Keycloak's tokens live for 5 minutes. */
  private String token() {
    if (token.isEmpty() || System.nanoTime() - fetched > TOKEN_USE.toNanos()) {
      token = sandbox.keycloak().token(user);
      fetched = System.nanoTime();
    }
    return token;
  }

  /** Anything but success ends the benchmark: what fails is not measured. */
  private String send(String method, String path, String body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(sandbox.envoy().url().resolve("/v1/" + path))
            .timeout(LONGEST)
            .header("authorization", "Bearer " + token())
            .header("content-type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() != 200) {
        throw new SandboxException(
            "%s %s: %d %s".formatted(method, path, response.statusCode(), response.body()));
      }
      return response.body();
    } catch (IOException e) {
      throw new SandboxException(method + " " + path + ": no answer", e);
    }
  }

  @Override
  public void close() {
    channel.shutdownNow();
  }
}
