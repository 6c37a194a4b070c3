package io.helmgate.deployer.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.google.rpc.Code;
import io.dropwizard.metrics5.MetricName;
import io.helmgate.kit.call.Call;
import io.helmgate.proto.AppRef;
import io.helmgate.proto.HistoryFilter;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import org.junit.jupiter.api.TestInstance.Lifecycle;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

/** Who comes in past Envoy, or with another request than was authorised, gets nothing. */
@TestInstance(Lifecycle.PER_CLASS)
class GateIT {

  private static final AppRef REF =
      AppRef.newBuilder().setNamespace("team-a").setName("web").build();

  private static final byte[] LARGE = " ".repeat(900 << 10).getBytes(StandardCharsets.UTF_8);

  private final RunningApi api;

  GateIT(@TempDir Path directory) {
    api = new RunningApi(directory, true, true);
  }

  @AfterAll
  void stop() {
    api.close();
  }

  @BeforeEach
  void forget() {
    api.domain.reset();
  }

  /** A way to sign what should not be accepted. */
  record Forgery(String name, BiFunction<TestAssertions, List<Call>, String> sign) {
    @Override
    public String toString() {
      return name;
    }
  }

  Stream<Arguments> forgeries() {
    var later = Duration.ofMinutes(5);
    return Stream.of(
            new Forgery("none", (signer, calls) -> ""),
            new Forgery("no JWS", (signer, calls) -> "alice"),
            new Forgery("other key", TestAssertions::foreign),
            new Forgery("expired", (signer, calls) -> signer.aged(calls, later)),
            new Forgery("of the future", (signer, calls) -> signer.aged(calls, later.negated())),
            new Forgery(
                "other issuer", (signer, calls) -> signer.forged(calls, to -> to.issuer("me"))),
            new Forgery(
                "other audience",
                (signer, calls) -> signer.forged(calls, to -> to.audience("other"))),
            new Forgery(
                "reserved user",
                (signer, calls) -> signer.forged(calls, to -> to.subject("system:admin"))),
            new Forgery(
                "reserved group",
                (signer, calls) ->
                    signer.forged(calls, to -> to.claim("groups", List.of("system:masters")))))
        .flatMap(forgery -> clients().map(client -> Arguments.of(forgery, client)));
  }

  Stream<ApiClient> clients() {
    var http = new HttpSender(api, Version.HTTP_2);
    return Stream.of(
        new GrpcClient(api.channel()),
        new GrpcWebClient(http),
        new RestClient(http),
        new GraphqlClient(http));
  }

  @ParameterizedTest
  @MethodSource("forgeries")
  void anInvalidAssertionIsUnauthenticated(Forgery forgery, ApiClient client) {
    var answer = client.call("GetApp", REF, calls -> forgery.sign().apply(api.assertions, calls));

    assertThat(answer.code()).isEqualTo(Code.UNAUTHENTICATED);
    assertThat(answer.message()).isIn("assertion is missing", "assertion is not valid");
    assertThat(api.domain.asked()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void anAssertionForOtherCallsIsPermissionDenied(ApiClient client) {
    var faults = requests("decoder_fault");
    var other = REF.toBuilder().setName("other").build();

    var answer =
        client.call(
            "GetApp", REF, calls -> api.assertions.forCalls(ApiClient.calls("GetApp", other)));

    assertThat(answer.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(answer.message()).isEqualTo("the request is not the one that was authorised");
    assertThat(api.domain.asked()).isEmpty();
    assertThat(requests("decoder_fault")).isEqualTo(faults + 1);
  }

  @ParameterizedTest
  @MethodSource("clients")
  void anAssertionForTheSameRequestToAnotherMethodIsPermissionDenied(ApiClient client) {
    var answer =
        client.call(
            "UninstallApp",
            REF,
            calls -> api.assertions.forCalls(ApiClient.calls("RollbackApp", REF)));

    assertThat(answer.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(api.domain.asked()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("clients")
  void anAssertionThatIsBoundToNoCallAllowsNone(ApiClient client) {
    var answer = client.call("GetApp", REF, calls -> api.assertions.unbound());

    assertThat(answer.code()).isEqualTo(Code.PERMISSION_DENIED);
    assertThat(api.domain.asked()).isEmpty();
  }

  @Test
  void twoAssertionsAreNone() throws Exception {
    var assertion = api.assertions.forCalls(ApiClient.calls("GetApp", REF));
    var reply =
        api.http()
            .send(
                HttpRequest.newBuilder(api.url("/apps/team-a/web"))
                    .header("x-helmgate-assertion", assertion)
                    .header("x-helmgate-assertion", assertion)
                    .build(),
                BodyHandlers.ofString());

    assertThat(reply.statusCode()).isEqualTo(401);
  }

  /** One who is still sending when the answer comes would see a reset stream, not the answer. */
  @Test
  void aRefusalIsReadByOneWhoSendsMuch() {
    var reply =
        new HttpSender(api, Version.HTTP_2)
            .send("POST", "/graphql", Map.of("content-type", "application/json"), LARGE);

    assertThat(reply.status()).isEqualTo(401);
  }

  @Test
  void identityHeadersMeanNothingByThemselves() {
    var reply =
        new HttpSender(api, Version.HTTP_1_1)
            .send(
                "GET",
                "/apps/team-a/web",
                Map.of(
                    "x-helmgate-user", "idp:alice",
                    "x-helmgate-decision-id", "decision-1",
                    "authorization", "Bearer token",
                    "impersonate-user", "idp:alice"),
                new byte[0]);

    assertThat(reply.status()).isEqualTo(401);
    assertThat(api.domain.asked()).isEmpty();
  }

  @Test
  void aClientWithoutACertificateIsNotSpokenTo() {
    try (var client = HttpClient.newBuilder().sslContext(api.clientTls(false)).build()) {
      assertThatThrownBy(
              () ->
                  client.send(
                      HttpRequest.newBuilder(api.url("/apps/team-a")).build(),
                      BodyHandlers.ofString()))
          .isInstanceOf(IOException.class);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          GET    | /nothing                        | -                          | ``      | 404
          GET    | /                               | -                          | ``      | 404
          POST   | /apps/team-a/web                | application/json           | {}      | 405
          GET    | /graphql                        | -                          | ``      | 405
          POST   | /apps/team-a                    | text/plain                 | {}      | 415
          POST   | /apps/team-a                    | application/json           | {"a     | 400
          POST   | /apps/team-a                    | application/json           | {"x":1} | 400
          POST   | /apps/team-a                    | application/json           | [1]     | 400
          POST   | /graphql                        | application/json           | {"query":"{"} | 400
          POST   | /graphql                        | application/json           | {"query":"{nope}"} | 400
          POST   | /graphql                        | application/graphql        | {nope}  | 415
          POST   | /helmgate.HelmProxyService/GetApp | application/grpc+json    | {}      | 415
          POST   | /helmgate.HelmProxyService/GetApp | application/grpc-web-text | AAAA   | 415
          POST   | /helmgate.HelmProxyService/GetApp | application/json         | {}      | 415
          POST   | /helmgate.HelmProxyService/GetApp | application/protobuf     | x       | 415
          """)
  void aRequestThatMakesNoCallGetsItsHttpStatus(
      String method, String path, String contentType, String body, int status) {
    var headers = new LinkedHashMap<>(ApiClient.headers(api.assertions.unbound()));
    if (!contentType.equals("-")) {
      headers.put("content-type", contentType);
    }
    var reply =
        new HttpSender(api, Version.HTTP_2)
            .send(method, path, headers, body.getBytes(StandardCharsets.UTF_8));

    assertThat(reply.status()).as(reply.body()).isEqualTo(status);
    if (path.equals("/graphql")) {
      assertThat(reply.json().path("errors").path(0).path("extensions").path("code").asText())
          .isIn("INVALID_ARGUMENT", "UNIMPLEMENTED");
    } else {
      assertThat(reply.header("content-type")).isEqualTo("application/problem+json");
      assertThat(reply.json().path("status").asInt()).isEqualTo(status);
      assertThat(reply.json().path("detail").asText()).isNotEmpty();
    }
    assertThat(reply.body()).doesNotContain("java.", "com.", "Exception");
    assertThat(api.domain.asked()).isEmpty();
  }

  @Test
  void brokenProtobufIsAnInvalidArgument() {
    var headers = new LinkedHashMap<>(ApiClient.headers(api.assertions.unbound()));
    headers.put("content-type", "application/grpc");
    var reply =
        new HttpSender(api, Version.HTTP_2)
            .send(
                "POST",
                "/helmgate.HelmProxyService/GetApp",
                headers,
                new byte[] {0, 0, 0, 0, 2, (byte) 0xff, (byte) 0xff});

    assertThat(reply.status()).isEqualTo(200);
    assertThat(reply.header("grpc-status")).isEqualTo("3");
    assertThat(reply.header("grpc-message")).isNotEmpty().doesNotContain("com.google");
  }

  @Test
  void anOversizedBodyIsRefusedOnEachTransport() {
    var big = REF.toBuilder().setName("a".repeat(1 << 20)).build();
    assertThat(
            new GrpcClient(api.channel())
                .call("GetApp", big, calls -> api.assertions.unbound())
                .code())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
    for (var path : List.of("/apps/team-a", "/graphql")) {
      var reply =
          new HttpSender(api, Version.HTTP_1_1)
              .json("POST", path, api.assertions.unbound(), "\"" + "a".repeat(1 << 20) + "\"");
      assertThat(reply.status()).isEqualTo(413);
      assertThat(reply.body()).contains("RESOURCE_EXHAUSTED");
    }
    assertThat(api.domain.asked()).isEmpty();
  }

  @Test
  void oversizedHeadersAreRefused() {
    var headers =
        Map.of("x-helmgate-assertion", api.assertions.unbound(), "x-big", "a".repeat(61 * 1024));
    var reply =
        new HttpSender(api, Version.HTTP_1_1).send("GET", "/apps/team-a/web", headers, new byte[0]);

    assertThat(reply.status()).isEqualTo(431);
  }

  @Test
  void largeHeadersWithinTheLimitPass() {
    var headers =
        Map.of(
            "x-helmgate-assertion",
            api.assertions.forCalls(ApiClient.calls("GetApp", REF)),
            "x-big",
            "a".repeat(50 * 1024));
    for (var version : Version.values()) {
      var reply =
          new HttpSender(api, version).send("GET", "/apps/team-a/web", headers, new byte[0]);
      assertThat(reply.status()).as(version + reply.body()).isEqualTo(200);
    }
  }

  @Test
  void aRouteThatHidesAnotherCallIsExecutedAsWhatItIs() {
    // "history" is the last segment of a route of its own, not a release of that name.
    var filter = HistoryFilter.newBuilder().setRef(REF).build();
    var reply =
        new HttpSender(api, Version.HTTP_2)
            .json(
                "GET",
                "/apps/team-a/web/history",
                api.assertions.forCalls(ApiClient.calls("GetHistory", filter)),
                "");

    assertThat(reply.status()).isEqualTo(200);
    assertThat(api.domain.asked().getFirst().useCase()).isEqualTo("history");
  }

  private long requests(String outcome) {
    return api.metrics
        .counter(MetricName.build("deployer_requests").tagged("outcome", outcome))
        .getCount();
  }
}
