package io.helmgate.extauthz.check;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import io.envoyproxy.envoy.config.core.v3.Address;
import io.envoyproxy.envoy.config.core.v3.HeaderMap;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.SocketAddress;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext;
import io.envoyproxy.envoy.service.auth.v3.AttributeContext.HttpRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.ReplyForm;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.decision.ThrottleReason;
import io.helmgate.extauthz.decision.UnavailableReason;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class EnvoyMappingTest {

  @Test
  void aRequestIsReadFromTheHeadersMap() {
    AuthRequest request =
        read(
            HttpRequest.newBuilder()
                .setId("7")
                .setMethod("POST")
                .setScheme("https")
                .setHost("api.example.com")
                .setPath("/x?y=1")
                .putHeaders(":path", "/x?y=1")
                .putHeaders("X-Request-Id", "id-1")
                .setBody("text"));

    assertThat(request.id()).isEqualTo("id-1");
    assertThat(request.line())
        .isEqualTo(new AuthRequest.Line("POST", "https", "api.example.com", "/x?y=1"));
    assertThat(request.headers()).isEqualTo(Map.of("x-request-id", List.of("id-1")));
    assertThat(request.body().bytes()).asString().isEqualTo("text");
    assertThat(request.profile()).contains("deployer");
    assertThat(request.source().address()).isEqualTo("192.0.2.1:5000");
  }

  @Test
  void rawHeadersAreReadWithAllTheirValues() {
    AuthRequest request =
        read(
            HttpRequest.newBuilder()
                .setHeaderMap(
                    HeaderMap.newBuilder()
                        .addHeaders(raw(":method", "GET"))
                        .addHeaders(raw("x-a", "1"))
                        .addHeaders(raw("X-A", "é"))
                        .addHeaders(
                            HeaderValue.newBuilder()
                                .setKey("x-b")
                                .setRawValue(ByteString.copyFrom(new byte[] {(byte) 0xe9})))));

    assertThat(request.headers()).isEqualTo(Map.of("x-a", List.of("1", "é"), "x-b", List.of("é")));
  }

  @Test
  void aRawBodyGoesBeforeATextualOne() {
    AuthRequest request = read(HttpRequest.newBuilder().setRawBody(ByteString.copyFromUtf8("raw")));

    assertThat(request.body().bytes()).asString().isEqualTo("raw");
    assertThat(request.body().truncated()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "x-envoy-auth-partial-body, true, true",
    "x-envoy-auth-partial-body, false, false",
    "content-length, 4, false",
    "content-length, 5, true",
    "content-length, x, true"
  })
  void aBodyThatDidNotArriveWholeIsMarked(String header, String value, boolean truncated) {
    AuthRequest request = read(HttpRequest.newBuilder().setBody("text").putHeaders(header, value));

    assertThat(request.body().truncated()).isEqualTo(truncated);
  }

  @Test
  void attributesHaveTheProtojsonForm() {
    AuthRequest request =
        read(
            HttpRequest.newBuilder()
                .setPath("/x")
                .setSize(-1)
                .setRawBody(ByteString.copyFromUtf8("raw")));

    assertThat(request.attributes().json(Selection.all()))
        .isEqualTo(
            "{\"source\":{\"address\":{\"socketAddress\":{\"address\":\"192.0.2.1\",\"portValue\":5000}}},"
                + "\"request\":{\"http\":{\"path\":\"/x\",\"size\":\"-1\",\"rawBody\":\"cmF3\"}},"
                + "\"contextExtensions\":{\"helmgate.profile\":\"deployer\"}}");
  }

  @Test
  void anAllowSetsAndRemovesWithExplicitActions() {
    CheckResponse response =
        answer(
            new Decision.Allow(
                Map.of("x-a", List.of("1", "2")),
                List.of("authorization"),
                Map.of("x-r", List.of("3")),
                Map.of("q", List.of("4")),
                List.of("access_token")),
            false);

    assertThat(response.getStatus().getCode()).isZero();
    assertThat(response.getOkResponse().getHeadersList())
        .containsExactly(option("x-a", "1,2", HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
    assertThat(response.getOkResponse().getResponseHeadersToAddList())
        .containsExactly(option("x-r", "3", HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD));
    assertThat(response.getOkResponse().getHeadersToRemoveList()).containsExactly("authorization");
    assertThat(response.getOkResponse().getQueryParametersToSet(0).getKey()).isEqualTo("q");
    assertThat(response.getOkResponse().getQueryParametersToRemoveList())
        .containsExactly("access_token");
    assertThat(response.getDynamicMetadata().getFieldsOrThrow("list").toString())
        .contains("bool_value: true");
  }

  @ParameterizedTest
  @CsvSource({
    "a b&admin=1#x, a%20b%26admin%3D1%23x",
    "%2F%2f, %2F%2f",
    "100%, 100%25",
    "%zz, %25zz",
    "1+1;x, 1%2B1%3Bx",
    "é, %C3%A9",
    "'', ''"
  })
  void aQueryParameterStaysOne(String value, String written) {
    CheckResponse response =
        answer(
            new Decision.Allow(
                Map.of(), List.of(), Map.of(), Map.of(value, List.of(value)), List.of()),
            false);

    assertThat(response.getOkResponse().getQueryParametersToSet(0).getKey()).isEqualTo(written);
    assertThat(response.getOkResponse().getQueryParametersToSet(0).getValue()).isEqualTo(written);
  }

  @ParameterizedTest
  @CsvSource({
    "401, Unauthorized",
    "403, Forbidden",
    "404, NotFound",
    "418, Forbidden",
    "0, Forbidden"
  })
  void aDenialHasAStatusThatEnvoyKnows(int status, String expected) {
    CheckResponse response =
        answer(
            new Decision.Deny(
                DenyReason.POLICY_DENIED, status, Map.of("x-a", List.of("1")), "text"),
            false);

    assertThat(response.getStatus().getCode()).isNotZero();
    assertThat(response.getDeniedResponse().getStatus().getCode()).hasToString(expected);
    assertThat(response.getDeniedResponse().getBody()).isEqualTo("text");
    assertThat(response.getDeniedResponse().getHeadersList())
        .containsExactly(option("x-a", "1", HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
  }

  @Test
  void aGrpcReplyKeepsItsContentType() {
    Decision.Deny deny =
        new Decision.Deny(
            DenyReason.POLICY_DENIED, 403, Map.of("Content-Type", List.of("text/html")), "");

    assertThat(answer(deny, true).getDeniedResponse().getHeadersList()).isEmpty();
    assertThat(answer(deny, false).getDeniedResponse().getHeadersList()).hasSize(1);
  }

  @Test
  void unavailableIsADenialWithAStatusOf503AndATimeToTryAgain() {
    CheckResponse response =
        answer(new Decision.Unavailable(UnavailableReason.KEYS, Duration.ofMillis(4200)), false);

    assertThat(response.getStatus().getCode()).isNotZero();
    assertThat(response.getDeniedResponse().getStatus().getCodeValue()).isEqualTo(503);
    assertThat(response.getDeniedResponse().getHeadersList())
        .containsExactly(option("retry-after", "5", HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
  }

  @Test
  void aThrottledGrpcCallGetsResourceExhausted() {
    Decision throttled =
        new Decision.Throttled(ThrottleReason.USER, Duration.ofSeconds(1), Map.of());

    assertThat(answer(throttled, true).getDeniedResponse().getHeadersList())
        .contains(option("grpc-status", "8", HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
    assertThat(answer(throttled, false).getDeniedResponse().getStatus().getCodeValue())
        .isEqualTo(429);
  }

  @ParameterizedTest
  @CsvSource({"400, 3", "404, 5", "413, 8", "429, 8", "403, none", "401, none"})
  void aGrpcDenialCarriesTheStatusThatEnvoyWouldGetWrong(int http, String grpcStatus) {
    Decision.Deny deny = new Decision.Deny(DenyReason.POLICY_DENIED, http, Map.of(), "");

    assertThat(
            answer(deny, true).getDeniedResponse().getHeadersList().stream()
                .map(option -> option.getHeader().getValue()))
        .containsExactlyElementsOf(grpcStatus.equals("none") ? List.of() : List.of(grpcStatus));
    assertThat(answer(deny, false).getDeniedResponse().getHeadersList()).isEmpty();
  }

  @Test
  void aPolicysOwnGrpcStatusStays() {
    Decision.Deny deny =
        new Decision.Deny(DenyReason.POLICY_DENIED, 404, Map.of("Grpc-Status", List.of("12")), "");

    assertThat(answer(deny, true).getDeniedResponse().getHeadersList())
        .containsExactly(
            option("Grpc-Status", "12", HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
  }

  @Test
  void aRefusalWithoutBodyOfItsOwnHasTheProfilesForm() {
    Decision throttled =
        new Decision.Throttled(ThrottleReason.USER, Duration.ofSeconds(1), Map.of());
    Ruling ruling = new Ruling("decision-1", throttled, Map.of(), ReplyForm.PROBLEM);

    assertThat(EnvoyResponse.of(ruling, false).getDeniedResponse().getBody())
        .contains("\"title\":\"Too Many Requests\",\"status\":429");
    assertThat(EnvoyResponse.of(ruling, false).getDeniedResponse().getHeadersList())
        .contains(
            option(
                "content-type",
                "application/problem+json",
                HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD));
    assertThat(EnvoyResponse.of(ruling, true).getDeniedResponse().getBody())
        .isEqualTo("Too many requests");
  }

  private static CheckResponse answer(Decision decision, boolean grpc) {
    return EnvoyResponse.of(
        new Ruling("decision-1", decision, Map.of("list", List.of(true, 1, "x", Map.of()))), grpc);
  }

  private static HeaderValueOption option(String name, String value, HeaderAppendAction action) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
        .setAppendAction(action)
        .build();
  }

  private static HeaderValue raw(String name, String value) {
    return HeaderValue.newBuilder()
        .setKey(name)
        .setRawValue(ByteString.copyFromUtf8(value))
        .build();
  }

  private static AuthRequest read(HttpRequest.Builder http) {
    return EnvoyRequest.read(
        CheckRequest.newBuilder()
            .setAttributes(
                AttributeContext.newBuilder()
                    .setSource(
                        AttributeContext.Peer.newBuilder()
                            .setAddress(
                                Address.newBuilder()
                                    .setSocketAddress(
                                        SocketAddress.newBuilder()
                                            .setAddress("192.0.2.1")
                                            .setPortValue(5000))))
                    .setRequest(AttributeContext.Request.newBuilder().setHttp(http))
                    .putContextExtensions("helmgate.profile", "deployer"))
            .build());
  }
}
