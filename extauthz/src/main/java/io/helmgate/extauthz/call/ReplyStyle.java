package io.helmgate.extauthz.call;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import java.util.List;
import java.util.Map;

/** In which form a client wants to read that its request is refused. */
public enum ReplyStyle {
  /** Status and message; the status that Envoy would derive from HTTP is corrected. */
  GRPC,
  /** A GraphQL response with one error. */
  GRAPHQL,
  /** Problem details (RFC 9457). */
  REST;

  private static final String GRAPHQL_PATH = "/graphql";

  static ReplyStyle of(AuthRequest request) {
    if (request.grpc()) {
      return GRPC;
    }
    String path = request.line().path();
    return path.equals(GRAPHQL_PATH) || path.startsWith(GRAPHQL_PATH + "?") ? GRAPHQL : REST;
  }

  /** The reply to a request that may not be executed. */
  public Decision.Deny deny(DenyReason reason, int httpStatus, String message) {
    return switch (this) {
      case GRPC ->
          new Decision.Deny(
              reason,
              httpStatus,
              Map.of("grpc-status", List.of(String.valueOf(grpcStatus(httpStatus)))),
              message);
      case GRAPHQL ->
          json(reason, httpStatus, "application/json", graphqlError(httpStatus, message));
      case REST ->
          json(reason, httpStatus, "application/problem+json", problem(httpStatus, message));
    };
  }

  private static Decision.Deny json(
      DenyReason reason, int httpStatus, String type, ObjectNode body) {
    return new Decision.Deny(
        reason, httpStatus, Map.of("content-type", List.of(type)), body.toString());
  }

  private static ObjectNode problem(int httpStatus, String message) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "about:blank")
        .put("title", title(httpStatus))
        .put("status", httpStatus)
        .put("detail", message);
  }

  private static ObjectNode graphqlError(int httpStatus, String message) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.putArray("errors")
        .addObject()
        .put("message", message)
        .putObject("extensions")
        .put("code", grpcName(httpStatus));
    return body;
  }

  /** Codes as gRPC defines them; by itself Envoy makes 400 INTERNAL and 405, 413, 415 UNKNOWN. */
  private static int grpcStatus(int httpStatus) {
    return switch (httpStatus) {
      case 400 -> 3;
      case 403 -> 7;
      case 413 -> 8;
      default -> 12;
    };
  }

  private static String grpcName(int httpStatus) {
    return switch (grpcStatus(httpStatus)) {
      case 3 -> "INVALID_ARGUMENT";
      case 7 -> "PERMISSION_DENIED";
      case 8 -> "RESOURCE_EXHAUSTED";
      default -> "UNIMPLEMENTED";
    };
  }

  private static String title(int httpStatus) {
    return switch (httpStatus) {
      case 400 -> "Bad Request";
      case 403 -> "Forbidden";
      case 404 -> "Not Found";
      case 405 -> "Method Not Allowed";
      case 413 -> "Content Too Large";
      case 415 -> "Unsupported Media Type";
      default -> "Refused";
    };
  }
}
