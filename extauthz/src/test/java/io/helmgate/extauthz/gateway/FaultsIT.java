package io.helmgate.extauthz.gateway;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.ManagedChannel;
import io.grpc.ManagedChannelBuilder;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.reflection.v1.ServerReflectionGrpc;
import io.grpc.reflection.v1.ServerReflectionRequest;
import io.grpc.reflection.v1.ServerReflectionResponse;
import io.grpc.stub.StreamObserver;
import io.helmgate.extauthz.gateway.Gateway.Reply;
import io.helmgate.extauthz.token.TestKeys;
import java.io.ByteArrayInputStream;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What other authorization services got wrong, through a real Envoy that fails open. */
final class FaultsIT {

  private static final String POLICY =
      """
      package envoy.authz

      http := input.attributes.request.http

      allow if input.parsed_path == ["header"]

      allow if input.parsed_body.user == "alice"

      allow if {
        input.parsed_path == ["raw"]
        input.headers["x-user"] == "alice"
        input.header_values["x-user"] == ["alice", "bob"]
      }

      allow if {
        input.parsed_path == ["broken"]
        to_number(input.headers["x-number"]) / 0 == 1
      }

      allow if {
        input.parsed_path == ["slow"]
        some i in numbers.range(1, 3000)
        some j in numbers.range(1, 3000)
        some k in numbers.range(1, 3000)
        i * j * k == -1
      }

      allow := {"allowed": false, "http_status": 503, "body": "later"} if {
        input.parsed_path == ["later"]
      }

      allow := {
        "allowed": true,
        "headers": {"x-both": "1"},
        "request_headers_to_remove": ["x-both"],
      } if input.parsed_path == ["both"]

      allow := {"allowed": true, "headers": {"x-set": "ours"}} if input.parsed_path == ["set"]

      allow if input.call.service == "grpc.reflection.v1.ServerReflection"
      """;

  @TempDir private static Path directory;
  private static Gateway gateway;

  @BeforeAll
  static void start() throws Exception {
    Files.writeString(directory.resolve("policy.rego"), POLICY);
    String policy = "policy: {file: DIR/policy.rego, query: data.envoy.authz.allow}\n";
    String keys =
        """
        authentication:
          providers:
            - name: id
              jwks: {local: {inline: 'JWKS'}}
        """
            .replace("JWKS", TestKeys.jwks(TestKeys.P256));
    Map<String, String> profiles = new HashMap<>();
    profiles.put("default", "calls: false\n" + policy);
    profiles.put("streams", "calls: false\n" + policy);
    profiles.put(
        "charts",
        """
        calls: false
        match: {hosts: [charts.example.com]}
        response: {style: registry, realm: 'https://id.example.com/token', service: charts}
        """
            + keys
            + policy);
    profiles.put(
        "api",
        """
        calls: false
        match: {path_prefixes: [/api]}
        response: {style: rfc6750, realm: api, scope: 'api:read'}
        """
            + keys
            + policy);
    gateway = new Gateway(directory, profiles, "nobody");
  }

  @AfterAll
  static void stop() throws InterruptedException {
    gateway.close();
  }

  @Test
  void aHeaderThatIsSetReplacesTheClientsOne() throws Exception {
    Reply reply = gateway.send(get("/set").header("x-set", "theirs"));

    assertThat(reply.upstreamHeader("x-set")).containsExactly("ours");
  }

  @Test
  void aHeaderThatIsBothSetAndRemovedIsAConflict() throws Exception {
    assertThat(gateway.send(get("/both")).status()).isEqualTo(403);
  }

  @Test
  void headersAndBodiesAreReadFromTheRawFormToo() throws Exception {
    assertThat(gateway.send(gateway.raw("/raw").header("x-user", "alice")).status()).isEqualTo(403);
    assertThat(
            gateway
                .send(gateway.raw("/raw").header("x-user", "alice").header("x-user", "bob"))
                .status())
        .isEqualTo(200);
    assertThat(json(gateway.raw("/body"), "{\"user\":\"alice\"}").status()).isEqualTo(200);
  }

  @Test
  void aBodyThatWasCutIsNotReadEvenWithoutItsLength() throws Exception {
    String body = "{\"user\":\"alice\",\"pad\":\"" + "x".repeat(100) + "\"}";
    assertThat(json(gateway.plain("/body"), body).status()).isEqualTo(200);

    HttpRequest.Builder chunked =
        gateway
            .raw("/body")
            .header("content-type", "application/json")
            .POST(
                BodyPublishers.ofInputStream(
                    () -> new ByteArrayInputStream(body.getBytes(StandardCharsets.UTF_8))));
    assertThat(gateway.send(chunked).reachedUpstream()).isFalse();
    assertThat(json(gateway.raw("/body"), body).reachedUpstream()).isFalse();
  }

  @Test
  void aBrokenBodyIsRefused() throws Exception {
    assertThat(json(gateway.plain("/header"), "{\"user\":").status()).isEqualTo(400);
  }

  @ParameterizedTest
  @CsvSource({"/undefined, 403", "/broken, 403", "/later, 503", "/slow, 503"})
  void nothingButAnAllowPassesAnEnvoyThatFailsOpen(String path, int status) throws Exception {
    Reply reply = gateway.send(get(path).header("x-number", "x1"));

    assertThat(reply.status()).isEqualTo(status);
    assertThat(reply.reachedUpstream()).isFalse();
  }

  @Test
  void anUnknownProfileIsNotTheDefaultOne() throws Exception {
    assertThat(gateway.send(get("/header")).status()).isEqualTo(200);
    assertThat(gateway.send(get("/header").header("x-profile", "nobody")).status()).isEqualTo(403);
  }

  @Test
  void hostAndPathChooseTheProfile() throws Exception {
    RawClient client = new RawClient(gateway.plainPort());
    String charts = client.get("charts.example.com", "/org1/repo1/index.yaml");
    assertThat(charts)
        .startsWith("HTTP/1.1 401 Unauthorized")
        .containsIgnoringCase(
            "www-authenticate: Bearer realm=\"https://id.example.com/token\",service=\"charts\","
                + "scope=\"artifact-repository:org1/repo1:pull\"")
        .contains("{\"error\":\"unauthorized\"");
    String api = client.get("other.example.com", "/api/x");
    assertThat(api)
        .startsWith("HTTP/1.1 401 Unauthorized")
        .containsIgnoringCase("www-authenticate: Bearer realm=\"api\",scope=\"api:read\"")
        .containsIgnoringCase("content-type: application/problem+json");
    for (String path : List.of("//api/x", "/header/../api", "/x;/api", "/%2e/api")) {
      assertThat(client.get("other.example.com", path))
          .as(path)
          .startsWith("HTTP/1.1 400 Bad Request");
    }
    assertThat(client.get("other.example.com", "/%61pi")).startsWith("HTTP/1.1 401");
  }

  @Test
  void aRefusedGrpcCallGetsStatusAndMessageInTrailers() throws Exception {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", gateway.plainPort())
            .usePlaintext()
            .overrideAuthority("charts.example.com")
            .build();
    try {
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () ->
                  io.grpc.health.v1.HealthGrpc.newBlockingStub(channel)
                      .withDeadlineAfter(10, TimeUnit.SECONDS)
                      .check(io.grpc.health.v1.HealthCheckRequest.getDefaultInstance()));
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.PERMISSION_DENIED);
      assertThat(refused.getStatus().getDescription()).isEqualTo("Denied by policy");
    } finally {
      channel.shutdownNow();
    }
  }

  @Test
  void aStreamOfMessagesBothWaysDoesNotHang() throws Exception {
    ManagedChannel channel =
        ManagedChannelBuilder.forAddress("127.0.0.1", gateway.plainPort()).usePlaintext().build();
    try {
      CompletableFuture<Integer> services = new CompletableFuture<>();
      StreamObserver<ServerReflectionRequest> requests =
          ServerReflectionGrpc.newStub(channel)
              .serverReflectionInfo(
                  new StreamObserver<>() {
                    @Override
                    public void onNext(ServerReflectionResponse response) {
                      services.complete(response.getListServicesResponse().getServiceCount());
                    }

                    @Override
                    public void onError(Throwable t) {
                      services.completeExceptionally(t);
                    }

                    @Override
                    public void onCompleted() {}
                  });
      requests.onNext(ServerReflectionRequest.newBuilder().setListServices("*").build());

      assertThat(services.get(20, TimeUnit.SECONDS)).isPositive();
      requests.onCompleted();
    } finally {
      channel.shutdownNow();
    }
  }

  private static HttpRequest.Builder get(String target) {
    return gateway.plain(target);
  }

  private static Reply json(HttpRequest.Builder request, String body) throws Exception {
    return gateway.send(
        request.header("content-type", "application/json").POST(BodyPublishers.ofString(body)));
  }
}
