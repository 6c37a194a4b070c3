package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** What a Kubernetes {@code Status} means for the caller. */
final class ApiFailures {
  private static final Logger log = LoggerFactory.getLogger(ApiFailures.class);

  private ApiFailures() {}

  /**
   * The failure that a refused call is.
   *
   * @param code the HTTP status
   * @param status the answer, a Kubernetes Status
   */
  static <T> Outcome<T> of(int code, JsonNode status) {
    String message = status.path("message").asText();
    return switch (code) {
      case 400, 413, 422 -> Outcome.failure(Reason.INVALID_ARGUMENT, message);
      case 401 -> {
        log.error("The Kubernetes API refuses the service's own credential: {}", message);
        yield Outcome.failure(
            Reason.UNAVAILABLE, "the Kubernetes API refuses the service's credential");
      }
      case 403 -> Outcome.failure(Reason.PERMISSION_DENIED, forbidden(message));
      case 404 -> Outcome.failure(Reason.NOT_FOUND, message);
      case 410 -> Outcome.failure(Reason.ABORTED, message);
      case 409 -> Outcome.failure(conflict(status), message);
      case 429 -> Outcome.failure(Reason.UNAVAILABLE, "the Kubernetes API is overloaded");
      default -> {
        log.warn("The Kubernetes API failed with {}: {}", code, message);
        yield Outcome.failure(Reason.UNAVAILABLE, "the Kubernetes API failed with status " + code);
      }
    };
  }

  private static Reason conflict(JsonNode status) {
    return status.path("reason").asText().equals("AlreadyExists")
        ? Reason.ALREADY_EXISTS
        : Reason.ABORTED;
  }

  /** A refused impersonation names the service's own account, which is nobody's business. */
  private static String forbidden(String message) {
    if (message.contains("impersonate")) {
      log.warn("An impersonation was refused: {}", message);
      return "the cluster does not let this user, or one of its groups, be acted for";
    }
    return message;
  }
}
