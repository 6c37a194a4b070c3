package io.helmgate.extauthz.policy;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a decision asks for besides allow or deny: the fields of opa-envoy-plugin's decision object.
 * A field that the plugin does not read for the decision at hand is empty here.
 *
 * @param headers name to values; to the upstream when allowed, to the client when denied
 * @param responseHeadersToAdd name to values, to the client when allowed
 * @param requestHeadersToRemove names taken from the request when allowed
 * @param queryParametersToSet name to values, set on the request when allowed
 * @param queryParametersToRemove names taken from the query when allowed
 * @param httpStatus status of the reply when denied, one that Envoy knows
 * @param body body of the reply when denied
 * @param injectSecrets header to the name of the secret that becomes its value, to the upstream
 *     when allowed; a field of our own
 * @param dynamicMetadata Envoy dynamic metadata, JSON values as Jackson's untyped binding gives
 *     them
 */
public record PolicyEffects(
    Map<String, List<String>> headers,
    Map<String, List<String>> responseHeadersToAdd,
    List<String> requestHeadersToRemove,
    Map<String, List<String>> queryParametersToSet,
    List<String> queryParametersToRemove,
    Optional<Integer> httpStatus,
    Optional<String> body,
    Map<String, String> injectSecrets,
    Map<String, Object> dynamicMetadata) {

  /** Effects that need no secret. */
  public PolicyEffects(
      Map<String, List<String>> headers,
      Map<String, List<String>> responseHeadersToAdd,
      List<String> requestHeadersToRemove,
      Map<String, List<String>> queryParametersToSet,
      List<String> queryParametersToRemove,
      Optional<Integer> httpStatus,
      Optional<String> body,
      Map<String, Object> dynamicMetadata) {
    this(
        headers,
        responseHeadersToAdd,
        requestHeadersToRemove,
        queryParametersToSet,
        queryParametersToRemove,
        httpStatus,
        body,
        Map.of(),
        dynamicMetadata);
  }

  private static final PolicyEffects NONE =
      new PolicyEffects(
          Map.of(),
          Map.of(),
          List.of(),
          Map.of(),
          List.of(),
          Optional.empty(),
          Optional.empty(),
          Map.of());

  /** Whether a denial has no reply of its own. */
  public boolean saysNothing() {
    return headers.isEmpty() && httpStatus.isEmpty() && body.isEmpty();
  }

  /** The effects of a plain {@code true} or {@code false}. */
  public static PolicyEffects none() {
    return NONE;
  }
}
