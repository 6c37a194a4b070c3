package io.helmgate.extauthz.check;

import com.google.protobuf.ListValue;
import com.google.protobuf.NullValue;
import com.google.protobuf.Struct;
import com.google.protobuf.Value;
import com.google.rpc.Code;
import io.envoyproxy.envoy.config.core.v3.HeaderValue;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption;
import io.envoyproxy.envoy.config.core.v3.HeaderValueOption.HeaderAppendAction;
import io.envoyproxy.envoy.config.core.v3.QueryParameter;
import io.envoyproxy.envoy.service.auth.v3.CheckResponse;
import io.envoyproxy.envoy.service.auth.v3.DeniedHttpResponse;
import io.envoyproxy.envoy.service.auth.v3.OkHttpResponse;
import io.envoyproxy.envoy.type.v3.HttpStatus;
import io.envoyproxy.envoy.type.v3.StatusCode;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.ReplyForm;
import io.helmgate.extauthz.decision.Ruling;
import io.helmgate.extauthz.reply.RefusalBody;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Writes Envoy's {@code CheckResponse}. Each header says how it is added, since Envoy's own default
 * changed twice.
 */
final class EnvoyResponse {

  private static final String GRPC_STATUS = "grpc-status";
  private static final String RESOURCE_EXHAUSTED = "8";
  private static final int TOO_MANY = 429;
  private static final int NO_SERVICE = 503;
  private static final String UNAVAILABLE = "Authorization is not available";

  /** HTTP to gRPC status where Envoy's own mapping would mislead a client. */
  private static final Map<Integer, String> GRPC_STATUSES =
      Map.of(
          400,
          "3",
          404,
          "5",
          409,
          "10",
          413,
          RESOURCE_EXHAUSTED,
          429,
          RESOURCE_EXHAUSTED,
          500,
          "13",
          501,
          "12",
          504,
          "4");

  private EnvoyResponse() {}

  /**
   * Writes the answer.
   *
   * @param grpc whether the caller speaks gRPC
   */
  static CheckResponse of(Ruling ruling, boolean grpc) {
    CheckResponse.Builder response =
        CheckResponse.newBuilder().setDynamicMetadata(struct(ruling.metadata()));
    switch (ruling.decision()) {
      case Decision.Allow allow -> response.setStatus(status(Code.OK)).setOkResponse(ok(allow));
      case Decision.Deny deny -> {
        Code code = deny.httpStatus() == 401 ? Code.UNAUTHENTICATED : Code.PERMISSION_DENIED;
        response.setStatus(status(code)).setDeniedResponse(denied(deny, grpc));
      }
      case Decision.Throttled throttled ->
          response
              .setStatus(status(Code.RESOURCE_EXHAUSTED))
              .setDeniedResponse(
                  throttled(
                      throttled, body(ruling.form(), grpc, TOO_MANY, "Too many requests"), grpc));
      case Decision.Unavailable unavailable ->
          response
              .setStatus(status(Code.UNAVAILABLE))
              .setDeniedResponse(
                  unavailable(
                      unavailable.retryAfter(),
                      body(ruling.form(), grpc, NO_SERVICE, UNAVAILABLE)));
    }
    return response.build();
  }

  private static com.google.rpc.Status status(Code code) {
    return com.google.rpc.Status.newBuilder().setCode(code.getNumber()).build();
  }

  private static OkHttpResponse ok(Decision.Allow allow) {
    OkHttpResponse.Builder ok = OkHttpResponse.newBuilder();
    sorted(allow.requestHeaders())
        .forEach((name, values) -> ok.addHeaders(replacingJoined(name, values)));
    sorted(allow.secretHeaders())
        .forEach((name, value) -> ok.addHeaders(replacingJoined(name, List.of(value.reveal()))));
    ok.addAllHeadersToRemove(allow.requestHeadersToRemove());
    sorted(allow.responseHeaders())
        .forEach(
            (name, values) ->
                values.forEach(
                    value ->
                        ok.addResponseHeadersToAdd(
                            header(name, value, HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD))));
    sorted(allow.queryToSet())
        .forEach(
            (name, values) ->
                values.forEach(
                    value ->
                        ok.addQueryParametersToSet(
                            QueryParameter.newBuilder()
                                .setKey(QueryText.of(name))
                                .setValue(QueryText.of(value)))));
    ok.addAllQueryParametersToRemove(allow.queryToRemove());
    return ok.build();
  }

  private static DeniedHttpResponse denied(Decision.Deny deny, boolean grpc) {
    DeniedHttpResponse.Builder denied =
        DeniedHttpResponse.newBuilder()
            .setStatus(httpStatus(deny.httpStatus()))
            .setBody(deny.body());
    sorted(deny.headers())
        .forEach(
            (name, values) -> {
              // A gRPC reply stays one whatever a policy says of its type.
              if (!grpc || !name.equalsIgnoreCase("content-type")) {
                denied.addAllHeaders(replacing(name, values));
              }
            });
    String grpcStatus = GRPC_STATUSES.get(deny.httpStatus());
    if (grpc && grpcStatus != null && !names(deny.headers(), GRPC_STATUS)) {
      denied.addAllHeaders(replacing(GRPC_STATUS, List.of(grpcStatus)));
    }
    return denied.build();
  }

  private static boolean names(Map<String, List<String>> headers, String name) {
    return headers.keySet().stream().anyMatch(name::equalsIgnoreCase);
  }

  /** The body of a refusal that comes without one; a gRPC caller can read none but plain text. */
  private static RefusalBody body(ReplyForm form, boolean grpc, int status, String message) {
    return RefusalBody.of(grpc ? ReplyForm.TEXT : form, status, message);
  }

  private static void write(DeniedHttpResponse.Builder denied, RefusalBody body) {
    denied.setBody(body.text());
    body.contentType()
        .ifPresent(type -> denied.addAllHeaders(replacing("content-type", List.of(type))));
  }

  private static DeniedHttpResponse throttled(
      Decision.Throttled throttled, RefusalBody body, boolean grpc) {
    DeniedHttpResponse.Builder denied =
        DeniedHttpResponse.newBuilder()
            .setStatus(HttpStatus.newBuilder().setCode(StatusCode.TooManyRequests))
            .addAllHeaders(replacing("retry-after", seconds(throttled.retryAfter())));
    write(denied, body);
    sorted(throttled.headers())
        .forEach((name, values) -> denied.addAllHeaders(replacing(name, values)));
    if (grpc) {
      // By itself Envoy makes 429 UNAVAILABLE.
      denied.addAllHeaders(replacing(GRPC_STATUS, List.of(RESOURCE_EXHAUSTED)));
    }
    return denied.build();
  }

  /** A denial and not an error: Envoy never lets a denial pass, whatever its failure mode. */
  static DeniedHttpResponse unavailable(Duration retryAfter) {
    return unavailable(retryAfter, body(ReplyForm.TEXT, false, NO_SERVICE, UNAVAILABLE));
  }

  private static DeniedHttpResponse unavailable(Duration retryAfter, RefusalBody body) {
    DeniedHttpResponse.Builder denied =
        DeniedHttpResponse.newBuilder()
            .setStatus(HttpStatus.newBuilder().setCode(StatusCode.ServiceUnavailable))
            .addAllHeaders(replacing("retry-after", seconds(retryAfter)));
    write(denied, body);
    return denied.build();
  }

  private static List<String> seconds(Duration time) {
    return List.of(String.valueOf(Math.max(1, time.plusMillis(999).toSeconds())));
  }

  private static HttpStatus httpStatus(int status) {
    StatusCode code = StatusCode.forNumber(status);
    return HttpStatus.newBuilder()
        .setCode(code == null || code == StatusCode.Empty ? StatusCode.Forbidden : code)
        .build();
  }

  /**
   * One header with all values, as RFC 9110 §5.3 lets a list be written: of several headers to the
   * upstream Envoy keeps the last one, whatever their actions say.
   */
  private static HeaderValueOption replacingJoined(String name, List<String> values) {
    String separator = name.equals("cookie") ? "; " : ",";
    return header(
        name, String.join(separator, values), HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD);
  }

  private static List<HeaderValueOption> replacing(String name, List<String> values) {
    List<HeaderValueOption> options = new ArrayList<>();
    for (String value : values) {
      options.add(
          header(
              name,
              value,
              options.isEmpty()
                  ? HeaderAppendAction.OVERWRITE_IF_EXISTS_OR_ADD
                  : HeaderAppendAction.APPEND_IF_EXISTS_OR_ADD));
    }
    return options;
  }

  private static HeaderValueOption header(String name, String value, HeaderAppendAction action) {
    return HeaderValueOption.newBuilder()
        .setHeader(HeaderValue.newBuilder().setKey(name).setValue(value))
        .setAppendAction(action)
        .build();
  }

  private static <T> Map<String, T> sorted(Map<String, T> map) {
    return new TreeMap<>(map);
  }

  private static Struct struct(Map<?, ?> values) {
    Struct.Builder struct = Struct.newBuilder();
    values.forEach((name, value) -> struct.putFields(String.valueOf(name), value(value)));
    return struct.build();
  }

  private static Value value(@Nullable Object value) {
    return switch (value) {
      case null -> Value.newBuilder().setNullValue(NullValue.NULL_VALUE).build();
      case Boolean bool -> Value.newBuilder().setBoolValue(bool).build();
      case Number number -> Value.newBuilder().setNumberValue(number.doubleValue()).build();
      case Map<?, ?> map -> Value.newBuilder().setStructValue(struct(map)).build();
      case List<?> list -> {
        ListValue.Builder values = ListValue.newBuilder();
        list.forEach(item -> values.addValues(value(item)));
        yield Value.newBuilder().setListValue(values).build();
      }
      default -> Value.newBuilder().setStringValue(value.toString()).build();
    };
  }
}
