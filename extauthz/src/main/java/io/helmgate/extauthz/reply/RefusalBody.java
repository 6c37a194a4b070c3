package io.helmgate.extauthz.reply;

import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.decision.AuthRequest;
import io.helmgate.extauthz.decision.Decision;
import io.helmgate.extauthz.decision.DenyReason;
import io.helmgate.extauthz.decision.ReplyForm;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The body of a refusal.
 *
 * @param contentType its type; empty where Envoy's {@code text/plain} is right
 * @param text the body
 * @param message what it says, in plain words, for those who cannot read the body
 */
public record RefusalBody(Optional<String> contentType, String text, String message) {

  private static final int UNAUTHORIZED = 401;

  /** Writes a body. */
  public static RefusalBody of(ReplyForm form, int httpStatus, String message) {
    return switch (form) {
      case TEXT -> new RefusalBody(Optional.empty(), message, message);
      case PROBLEM ->
          new RefusalBody(
              Optional.of("application/problem+json"),
              problem(httpStatus, message).toString(),
              message);
      case REGISTRY ->
          new RefusalBody(
              Optional.of("application/json; charset=utf-8"),
              registry(httpStatus, message).toString(),
              message);
    };
  }

  Decision.Deny deny(AuthRequest request, DenyReason reason, int httpStatus) {
    return deny(request, reason, httpStatus, Map.of());
  }

  Decision.Deny deny(
      AuthRequest request, DenyReason reason, int httpStatus, Map<String, List<String>> headers) {
    Map<String, List<String>> all = new LinkedHashMap<>(headers);
    if (!request.grpc()) {
      contentType.ifPresent(type -> all.put("content-type", List.of(type)));
    }
    return new Decision.Deny(reason, httpStatus, all, request.grpc() ? message : text);
  }

  private static ObjectNode problem(int httpStatus, String message) {
    return JsonNodeFactory.instance
        .objectNode()
        .put("type", "about:blank")
        .put("title", title(httpStatus))
        .put("status", httpStatus)
        .put("detail", message);
  }

  /** Both ChartMuseum's {@code error} and the {@code errors} of OCI's distribution spec. */
  private static ObjectNode registry(int httpStatus, String message) {
    ObjectNode body = JsonNodeFactory.instance.objectNode();
    body.put("error", httpStatus == UNAUTHORIZED ? "unauthorized" : message);
    body.putArray("errors").addObject().put("code", code(httpStatus)).put("message", message);
    return body;
  }

  private static String code(int httpStatus) {
    return switch (httpStatus) {
      case UNAUTHORIZED -> "UNAUTHORIZED";
      case 429 -> "TOOMANYREQUESTS";
      case 503 -> "UNAVAILABLE";
      default -> "DENIED";
    };
  }

  private static String title(int httpStatus) {
    return switch (httpStatus) {
      case 400 -> "Bad Request";
      case UNAUTHORIZED -> "Unauthorized";
      case 403 -> "Forbidden";
      case 413 -> "Content Too Large";
      case 429 -> "Too Many Requests";
      case 503 -> "Service Unavailable";
      default -> "Refused";
    };
  }
}
