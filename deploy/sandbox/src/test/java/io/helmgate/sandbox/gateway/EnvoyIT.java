package io.helmgate.sandbox.gateway;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.Component;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.SandboxOptions;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The gateway alone: extauthz does not run, so nothing may pass. */
final class EnvoyIT {
  private static Sandbox sandbox;
  private static Envoy envoy;

  @BeforeAll
  static void start(@TempDir Path run) {
    sandbox =
        Sandbox.start(
            SandboxOptions.in(Checkout.find())
                .run(run)
                .only(Component.ENVOY)
                .progress(System.out::println));
    envoy = sandbox.envoy();
  }

  @AfterAll
  static void stop() {
    sandbox.close();
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /apps",
    "GET, /apps/team-a",
    "GET, /apps/team-a?limit=1",
    "POST, /apps/team-a",
    "DELETE, /apps/team-a/web",
    "GET, /charts",
    "POST, /graphql",
    "POST, /helmgate.HelmProxyService/InstallApp",
    "POST, /grpc.reflection.v1.ServerReflection/ServerReflectionInfo",
  })
  void refusesEveryRouteWith503WhileNobodyDecides(String method, String path) throws Exception {
    HttpResponse<String> response =
        send(request(path).method(method, BodyPublishers.noBody()).build());

    assertThat(response.statusCode()).isEqualTo(503);
  }

  @Test
  void tellsGrpcClientsUnavailable() throws Exception {
    HttpResponse<String> response =
        send(
            request("/helmgate.HelmProxyService/GetApp")
                .header("content-type", "application/grpc")
                .POST(BodyPublishers.ofByteArray(new byte[5]))
                .build());

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(response.headers().firstValue("grpc-status")).contains("14");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/appsecret",
        "/charts/demo",
        "/graphql/x",
        "/metrics",
        "/helmgate.HelmProxyServiceX/GetApp",
        "/grpc.health.v1.Health/Check",
      })
  void knowsNothingElse(String path) throws Exception {
    assertThat(send(request(path).build()).statusCode()).isEqualTo(404);
  }

  @ParameterizedTest
  @ValueSource(strings = {"/apps/team-a%2Fweb", "/apps/team-a%5Cweb", "/apps/%2e%2e%2Fx"})
  void refusesEscapedSlashes(String path) throws Exception {
    assertThat(send(request(path).build()).statusCode()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"/charts/../apps, 503", "//apps//team-a, 503", "/apps/../metrics, 404"})
  void routesByTheNormalizedPath(String path, int status) throws Exception {

    assertThat(send(request(path).build()).statusCode()).isEqualTo(status);
  }

  /** By HTTP/2 the same requests end in a reset stream, without a status. */
  @Test
  void refusesHeadersThatBackendsMightConfuse() throws Exception {
    assertThat(statusWithHeader("x_helmgate_assertion", "x")).isEqualTo(400);
  }

  @Test
  void refusesHeadersThatAreTooLarge() throws Exception {
    assertThat(statusWithHeader("x-large", "x".repeat(61 * 1024))).isEqualTo(431);
    assertThat(statusWithHeader("x-large", "x".repeat(50 * 1024))).isEqualTo(503);
  }

  private static int statusWithHeader(String name, String value) throws Exception {
    return send(request("/apps").version(HttpClient.Version.HTTP_1_1).header(name, value).build())
        .statusCode();
  }

  /**
   * The limit is exact only up to the last piece of a body, which Envoy hands to extauthz cut, with
   * {@code x-envoy-auth-partial-body: true}; that extauthz refuses it is shown end to end.
   */
  @Test
  void refusesBodiesThatAreTooLargeToDecideOn() throws Exception {
    HttpRequest request =
        request("/graphql").POST(BodyPublishers.ofByteArray(new byte[3 << 19])).build();

    assertThat(send(request).statusCode()).isEqualTo(413);
  }

  @Test
  void speaksBothProtocols() throws Exception {
    for (HttpClient.Version version : HttpClient.Version.values()) {
      assertThat(send(request("/").version(version).build()).version()).isEqualTo(version);
    }
  }

  @Test
  void speaksOnlyTls() throws Exception {
    var socket = new Socket(InetAddress.getLoopbackAddress(), envoy.url().getPort());
    try (socket) {
      socket.getOutputStream().write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(socket.getInputStream().readAllBytes()).isEmpty();
    }
  }

  private static HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create(envoy.url() + path));
  }

  private static HttpResponse<String> send(HttpRequest request)
      throws IOException, InterruptedException {
    return envoy.client().send(request, BodyHandlers.ofString());
  }
}
