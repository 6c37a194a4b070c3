package io.helmgate.extauthz.decision;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The answer to a request. Only {@link Allow} lets it pass. */
public sealed interface Decision {

  /**
   * The request passes, changed like this.
   *
   * @param requestHeaders lower-case name to values, replacing those of the request
   * @param requestHeadersToRemove lower-case names; never one of {@code requestHeaders}, since
   *     Envoy removes after it sets
   * @param responseHeaders name to values, added to the upstream's reply
   * @param queryToSet query parameters to set
   * @param queryToRemove query parameters to remove
   * @param secretHeaders further {@code requestHeaders}, whose values nobody else may see
   */
  record Allow(
      Map<String, List<String>> requestHeaders,
      List<String> requestHeadersToRemove,
      Map<String, List<String>> responseHeaders,
      Map<String, List<String>> queryToSet,
      List<String> queryToRemove,
      Map<String, HiddenValue> secretHeaders)
      implements Decision {

    /** Without secrets. */
    public Allow(
        Map<String, List<String>> requestHeaders,
        List<String> requestHeadersToRemove,
        Map<String, List<String>> responseHeaders,
        Map<String, List<String>> queryToSet,
        List<String> queryToRemove) {
      this(
          requestHeaders,
          requestHeadersToRemove,
          responseHeaders,
          queryToSet,
          queryToRemove,
          Map.of());
    }

    /** The same with further headers for the client, which replace those of the same name. */
    public Allow withResponseHeaders(Map<String, List<String>> more) {
      Map<String, List<String>> all = new HashMap<>(responseHeaders);
      all.putAll(more);
      return new Allow(
          requestHeaders,
          requestHeadersToRemove,
          Map.copyOf(all),
          queryToSet,
          queryToRemove,
          secretHeaders);
    }
  }

  /**
   * The request must not pass.
   *
   * @param reason why, for metrics and the record
   * @param httpStatus status of the reply
   * @param headers name to values of the reply
   * @param body body of the reply; for gRPC callers Envoy makes it the status message
   */
  record Deny(DenyReason reason, int httpStatus, Map<String, List<String>> headers, String body)
      implements Decision {}

  /**
   * The caller has asked too often.
   *
   * @param reason which limit it is, for metrics and the record
   * @param retryAfter when to try again
   * @param headers further headers of the reply, such as {@code RateLimit}
   */
  record Throttled(ThrottleReason reason, Duration retryAfter, Map<String, List<String>> headers)
      implements Decision {}

  /**
   * No decision can be made now, so the request does not pass.
   *
   * @param reason what is missing, for metrics and the record
   * @param retryAfter when to try again
   */
  record Unavailable(UnavailableReason reason, Duration retryAfter) implements Decision {}
}
