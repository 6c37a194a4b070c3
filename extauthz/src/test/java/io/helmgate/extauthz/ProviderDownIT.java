package io.helmgate.extauthz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Grpc;
import io.grpc.InsecureChannelCredentials;
import io.grpc.ManagedChannel;
import io.helmgate.extauthz.keys.JwksServer;
import io.helmgate.extauthz.token.TestKeys;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An identity provider that is down harms its own callers, and nobody else. */
final class ProviderDownIT {

  private static final String DOCUMENT =
      """
          up:
            calls: false
            authentication:
              gatewayExtension:
                apiVersion: gateway.kgateway.dev/v1alpha1
                kind: GatewayExtension
                metadata: {name: jwt, namespace: team-a}
                spec:
                  jwt:
                    providers:
                      - name: keycloak
                        issuer: A
                        claimsToHeaders:
                          - {name: org.team, header: X-Team}
                        jwks:
                          remote:
                            url: UP
                            backendRef: {name: keycloak, port: 443}
          down:
            calls: false
            authentication:
              providers:
                - {name: other, issuer: B, jwks: {remote: {url: DOWN}}}
  """;

  @TempDir private Path directory;

  @Test
  void theServiceStartsAndServesTheOthers() throws Exception {
    try (JwksServer up = new JwksServer(JwksServer.keys(TestKeys.jwks(TestKeys.RSA)));
        JwksServer down = new JwksServer(JwksServer.text(500, ""));
        TestApp app =
            TestApp.start(
                directory,
                DOCUMENT
                    .replace("UP", up.url().toString())
                    .replace("DOWN", down.url().toString()))) {
      String ready = "keys " + down.url();
      await().until(() -> admin(app, "/readyz").body().contains(ready));
      await().until(() -> admin(app, "/keys").body().contains("rsa-1"));

      CheckResponse good = check(app, "up", TestKeys.token(claims("A")));
      assertThat(good.getStatus().getCode()).isZero();
      assertThat(good.getOkResponse().getHeadersList())
          .anySatisfy(
              header -> {
                assertThat(header.getHeader().getKey()).isEqualTo("x-team");
                assertThat(header.getHeader().getValue()).isEqualTo("dev");
              });
      CheckResponse unknown = check(app, "down", TestKeys.token(claims("B")));
      assertThat(unknown.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(503);
      assertThat(unknown.getDeniedResponse().getHeadersList())
          .anySatisfy(header -> assertThat(header.getHeader().getKey()).isEqualTo("retry-after"));

      assertThat(admin(app, "/readyz").statusCode()).isEqualTo(200);
      assertThat(admin(app, "/keys").body())
          .contains(up.url().toString(), "age_seconds", "next_refresh")
          .contains("answered 500 (expected: 200)")
          .as("no key material")
          .doesNotContain(TestKeys.RSA.getModulus().toString());
    }
  }

  private static String claims(String issuer) {
    return "{\"iss\":\"" + issuer + "\",\"sub\":\"alice\",\"org\":{\"team\":\"dev\"}}";
  }

  private static HttpResponse<String> admin(TestApp app, String path) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + app.app().adminPort() + path))
              .build(),
          HttpResponse.BodyHandlers.ofString());
    }
  }

  private static CheckResponse check(TestApp app, String profile, String token) {
    CheckRequest.Builder request = CheckRequest.newBuilder();
    request
        .getAttributesBuilder()
        .putContextExtensions("helmgate.profile", profile)
        .getRequestBuilder()
        .getHttpBuilder()
        .setMethod("GET")
        .setScheme("https")
        .setHost("api.example.com")
        .setPath("/")
        .putHeaders("authorization", "Bearer " + token);
    ManagedChannel channel =
        Grpc.newChannelBuilder("127.0.0.1:" + app.app().port(), InsecureChannelCredentials.create())
            .build();
    try {
      return AuthorizationGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .check(request.build());
    } finally {
      channel.shutdownNow();
    }
  }
}
