package io.helmgate.extauthz;

import static io.helmgate.extauthz.token.TestKeys.token;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;

import com.google.protobuf.ByteString;
import com.nimbusds.jose.jwk.JWKSet;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.helmgate.extauthz.keys.JwksServer;
import io.helmgate.extauthz.token.TestKeys;
import io.helmgate.kit.assertion.Assertion;
import io.helmgate.kit.assertion.AssertionVerifier;
import io.helmgate.kit.assertion.Verification;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallDigest;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.call.Decoding;
import io.helmgate.kit.call.HttpCallRequest;
import io.helmgate.proto.AppInput;
import io.helmgate.proto.AppRef;
import java.nio.ByteBuffer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The whole service in this process, called as Envoy calls it: gRPC with mutual TLS. */
final class CheckIT {

  private static final String GET_APP = "/helmgate.HelmProxyService/GetApp";

  private final JwksServer provider = new JwksServer(JwksServer.keys(TestKeys.jwks(TestKeys.RSA)));

  @TempDir private Path directory;
  private TestService service;

  @BeforeEach
  void start() throws Exception {
    service = TestService.start(directory, provider.url());
  }

  @AfterEach
  void stop() {
    service.close();
    provider.close();
  }

  @Test
  void anAllowedGrpcCallCarriesAnAssertionOfExactlyThisCall() throws Exception {
    HttpRequest.Builder request = getApp("team-a", "web");

    CheckResponse response = service.check(with(request, platform()));

    assertThat(response.getStatus().getCode()).isZero();
    Map<String, String> headers = headers(response.getOkResponse().getHeadersList());
    assertThat(headers).containsOnlyKeys("x-helmgate-assertion", "x-helmgate-decision-id");
    assertThat(response.getOkResponse().getHeadersToRemoveList()).containsExactly("authorization");

    Assertion assertion = verified(headers.getOrDefault("x-helmgate-assertion", ""));
    assertThat(assertion.subject()).isEqualTo("keycloak:alice");
    assertThat(assertion.groups()).containsExactly("keycloak:platform");
    assertThat(assertion.decisionId()).isEqualTo(headers.get("x-helmgate-decision-id"));
    assertThat(assertion.callDigest()).contains(digest(request.build()));
  }

  @Test
  void oneRuleDecidesAlikeOnThreeTransports() {
    String graphql =
        "{\"query\":\"{ getApp(input: {namespace: \\\"NS\\\", name: \\\"web\\\"}) { name } }\"}";
    for (String namespace : List.of("team-a", "team-b")) {
      boolean allowed = namespace.equals("team-a");
      assertThat(allowed(with(getApp(namespace, "web"), teamA()))).isEqualTo(allowed);
      assertThat(allowed(with(get("/apps/" + namespace + "/web"), teamA()))).isEqualTo(allowed);
      assertThat(
              allowed(
                  with(
                      post("/graphql", "application/json", graphql.replace("NS", namespace)),
                      teamA())))
          .isEqualTo(allowed);
    }
  }

  @Test
  void aGraphqlDocumentWithOneForbiddenFieldIsRefusedWhole() {
    String document =
        "{\"query\":\"{ a: getApp(input: {namespace: \\\"team-a\\\", name: \\\"web\\\"}) { name } "
            + "b: getApp(input: {namespace: \\\"team-b\\\", name: \\\"web\\\"}) { name } }\"}";

    CheckResponse response =
        service.check(with(post("/graphql", "application/json", document), teamA()));

    assertThat(response.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(403);
  }

  @Test
  void aMissingTokenGetsEnvoysReply() {
    CheckResponse response = service.check(request(get("/charts")));

    assertThat(response.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(401);
    assertThat(response.getDeniedResponse().getBody()).isEqualTo("Jwt is missing");
    assertThat(headers(response.getDeniedResponse().getHeadersList()))
        .containsEntry("www-authenticate", "Bearer realm=\"https://api.example.com/charts\"");
  }

  @Test
  void aRequestThatIsNoCallIsRefusedInTheClientsForm() {
    CheckResponse rest = service.check(with(get("/apps/team-a/web?name=x"), platform()));
    assertThat(rest.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(400);
    assertThat(rest.getDeniedResponse().getBody()).startsWith("{\"type\":\"about:blank\"");

    CheckResponse graphql =
        service.check(with(post("/graphql", "application/json", "{\"query\":\"{\"}"), platform()));
    assertThat(graphql.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(400);
    assertThat(graphql.getDeniedResponse().getBody()).startsWith("{\"errors\":[{\"message\":");
  }

  @Test
  void aKeyOfARotationIsAcceptedAtOnce() {
    assertThat(allowed(with(get("/charts"), platform()))).isTrue();
    provider.answer(JwksServer.keys(TestKeys.jwks(TestKeys.OTHER_RSA, TestKeys.RSA)));

    assertThat(allowed(with(get("/charts"), token(TestKeys.OTHER_RSA, claims("platform")))))
        .isTrue();
  }

  @Test
  void aProviderThatIsDownLeavesKnownKeysAndMakesUnknownOnesUnavailable() {
    assertThat(allowed(with(get("/charts"), platform()))).isTrue();
    provider.close();

    assertThat(allowed(with(get("/charts"), platform()))).isTrue();
    CheckResponse unknown =
        service.check(with(get("/charts"), token(TestKeys.OTHER_RSA, claims("platform"))));
    assertThat(unknown.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(503);
    assertThat(headers(unknown.getDeniedResponse().getHeadersList())).containsKey("retry-after");
  }

  @Test
  void aGroupOfTheClusterGainsNothing() {
    CheckResponse response =
        service.check(with(get("/charts"), token(claims("platform\",\"system:masters"))));

    assertThat(response.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(403);
  }

  @Test
  void anEditedPolicyComesIntoForceWithoutARestart() throws Exception {
    Files.writeString(
        directory.resolve("policy.rego"), "package helmgate.authz\ndefault allow := false\n");

    await().atMost(Duration.ofSeconds(30)).until(() -> !allowed(with(get("/charts"), platform())));
  }

  @Test
  void reflectionThroughItsProfileIsNamedAndNotDecoded() {
    HttpRequest.Builder request =
        get("/grpc.reflection.v1.ServerReflection/ServerReflectionInfo")
            .setMethod("POST")
            .putHeaders("content-type", "application/grpc");
    CheckRequest.Builder check = with(request, teamA()).toBuilder();
    check.getAttributesBuilder().putContextExtensions("helmgate.profile", "reflection");

    assertThat(allowed(check.build())).isTrue();
  }

  @Test
  void anUnknownProfileIsDenied() {
    CheckRequest.Builder check = with(get("/charts"), platform()).toBuilder();
    check.getAttributesBuilder().putContextExtensions("helmgate.profile", "nobody");

    assertThat(service.check(check.build()).getDeniedResponse().getStatus().getCodeValue())
        .isEqualTo(403);
  }

  @Test
  void aClientWithoutAnAllowedCertificateIsNotAnswered() {
    for (String client : List.of("stranger", "anonymous")) {
      StatusRuntimeException refused =
          catchThrowableOfType(
              StatusRuntimeException.class,
              () -> service.checkAs(client, with(get("/charts"), platform())));
      assertThat(refused.getStatus().getCode()).isEqualTo(Status.Code.UNAVAILABLE);
    }
  }

  @Test
  void healthReadinessAndMetricsAreServed() throws Exception {
    service.check(request(get("/charts")));

    assertThat(service.health()).isEqualTo(ServingStatus.SERVING);
    assertThat(service.admin("/readyz")).contains("ok serving", "ok keys " + provider.url());
    assertThat(service.admin("/metrics"))
        .contains(
            "extauthz_decisions_total{outcome=\"deny\",profile=\"default\",reason=\"token_missing\"} 1.0",
            "extauthz_stage_seconds_count{stage=\"authenticate\"} 1",
            "extauthz_jwks_keys{url=\"" + provider.url() + "\"} 1.0",
            "extauthz_insecurities 0.0");
  }

  @Test
  void theRecordOfADecisionShowsNoSecret() {
    AppInput input =
        AppInput.newBuilder().setNamespace("team-a").putConfig("password", "hunter2").build();
    String token = teamA();

    service.check(with(grpc("/helmgate.HelmProxyService/InstallApp", input.toByteArray()), token));

    await().until(() -> service.console().contains("openpolicyagent.org/decision_logs"));
    assertThat(service.console())
        .contains("\"subject\":\"keycloak:alice\"")
        .doesNotContain("hunter2", token.substring(token.lastIndexOf('.') + 1));
  }

  @Test
  void aDrainingServiceSaysSoAndAnswersWhatIsUnderWay() throws Exception {
    assertThat(service.health()).isEqualTo(ServingStatus.SERVING);

    service.app().drain(Duration.ofSeconds(5));

    assertThat(service.admin("/readyz")).contains("failed serving: stopping");
    assertThat(
            catchThrowableOfType(
                    StatusRuntimeException.class, () -> service.check(request(get("/charts"))))
                .getStatus()
                .getCode())
        .isEqualTo(Status.Code.UNAVAILABLE);
  }

  private Assertion verified(String jws) throws Exception {
    JWKSet keys = JWKSet.load(service.assertionJwks().toFile());
    AssertionVerifier verifier =
        new AssertionVerifier(
            "helmgate-extauthz", "helmgate-deployer", () -> keys, Clock.systemUTC());
    return switch (verifier.verify(jws)) {
      case Verification.Verified verified -> verified.assertion();
      case Verification.Rejected rejected -> throw new AssertionError(rejected.toString());
    };
  }

  private static String digest(HttpRequest http) {
    Map<String, List<String>> headers =
        http.getHeadersMap().entrySet().stream()
            .collect(Collectors.toMap(Map.Entry::getKey, e -> List.of(e.getValue())));
    CallDecoder decoder = new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());
    Decoding decoding =
        decoder.decode(
            new HttpCallRequest(http.getMethod(), http.getPath(), headers, http.getRawBody()));
    return CallDigest.of(((Decoding.Decoded) decoding).calls());
  }

  private boolean allowed(CheckRequest check) {
    CheckResponse response = service.check(check);
    assertThat(response.hasOkResponse()).isEqualTo(response.getStatus().getCode() == 0);
    return response.hasOkResponse();
  }

  private static String platform() {
    return token(claims("platform"));
  }

  private static String teamA() {
    return token(claims("team-a"));
  }

  private static String claims(String group) {
    return "{\"iss\":\"https://id.example.com\",\"aud\":\"helmgate\",\"preferred_username\":\"alice\","
        + "\"exp\":"
        + (Clock.systemUTC().instant().getEpochSecond() + 300)
        + ",\"sub\":\"1\",\"groups\":[\""
        + group
        + "\"]}";
  }

  private static HttpRequest.Builder getApp(String namespace, String name) {
    return grpc(
        GET_APP, AppRef.newBuilder().setNamespace(namespace).setName(name).build().toByteArray());
  }

  private static HttpRequest.Builder grpc(String path, byte[] message) {
    byte[] framed = new byte[message.length + 5];
    ByteBuffer.wrap(framed).put((byte) 0).putInt(message.length).put(message);
    return get(path)
        .setMethod("POST")
        .putHeaders("content-type", "application/grpc")
        .putHeaders("te", "trailers")
        .setRawBody(ByteString.copyFrom(framed));
  }

  private static HttpRequest.Builder post(String path, String type, String body) {
    return get(path)
        .setMethod("POST")
        .putHeaders("content-type", type)
        .setRawBody(ByteString.copyFromUtf8(body));
  }

  private static HttpRequest.Builder get(String path) {
    return HttpRequest.newBuilder()
        .setMethod("GET")
        .setScheme("https")
        .setHost("api.example.com")
        .setPath(path)
        .putHeaders("x-request-id", "request-1");
  }

  private static CheckRequest with(HttpRequest.Builder http, String token) {
    return request(http.clone().putHeaders("authorization", "Bearer " + token));
  }

  private static CheckRequest request(HttpRequest.Builder http) {
    CheckRequest.Builder check = CheckRequest.newBuilder();
    check.getAttributesBuilder().getRequestBuilder().setHttp(http);
    return check.build();
  }

  private static Map<String, String> headers(List<HeaderValueOption> options) {
    return options.stream()
        .collect(Collectors.toMap(o -> o.getHeader().getKey(), o -> o.getHeader().getValue()));
  }
}
