package io.helmgate.extauthz.policy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Reads what a policy answered: a boolean, or opa-envoy-plugin's decision object. As there, a field
 * is looked at only when it matters: {@code http_status} and {@code body} on a denial, the changes
 * to the request on an allow.
 */
public final class DecisionReader {

  private static final String ALLOW = "[{\"result\":true}]";
  private static final String DENY = "[{\"result\":false}]";
  private static final String UNDEFINED = "[]";

  private final ObjectMapper json = new JsonMapper();

  /** A field of the decision object has a wrong form; the message says which. */
  private static final class MalformedDecision extends Exception {

    private final String reason;

    MalformedDecision(String reason) {
      super(reason, null, false, false);
      this.reason = reason;
    }
  }

  /** Reads OPA's result set. */
  PolicyOutcome read(String resultSet) {
    return switch (resultSet) {
      case ALLOW -> new PolicyOutcome.Allowed(PolicyEffects.none());
      case DENY -> new PolicyOutcome.Denied(PolicyEffects.none());
      case UNDEFINED -> new PolicyOutcome.Undefined();
      default -> readAny(resultSet);
    };
  }

  private PolicyOutcome readAny(String resultSet) {
    try {
      return read(json.readTree(resultSet).path(0).path("result"));
    } catch (JsonProcessingException e) {
      return new PolicyOutcome.Malformed("decision: no JSON: " + e.getOriginalMessage());
    }
  }

  /** Reads the value of the query, which is defined. */
  public PolicyOutcome read(JsonNode result) {
    try {
      if (result.isBoolean()) {
        return result.booleanValue()
            ? new PolicyOutcome.Allowed(PolicyEffects.none())
            : new PolicyOutcome.Denied(PolicyEffects.none());
      }
      if (!result.isObject()) {
        throw new MalformedDecision(
            "decision: " + kind(result) + " (expected: a boolean or an object)");
      }
      JsonNode allowed = result.path("allowed");
      if (!allowed.isBoolean()) {
        throw new MalformedDecision("allowed: " + kind(allowed) + " (expected: a boolean)");
      }
      return allowed.booleanValue()
          ? new PolicyOutcome.Allowed(allowEffects(result))
          : new PolicyOutcome.Denied(denyEffects(result));
    } catch (MalformedDecision e) {
      return new PolicyOutcome.Malformed(e.reason);
    }
  }

  private PolicyEffects allowEffects(JsonNode decision) throws MalformedDecision {
    return new PolicyEffects(
        valuesByName(decision, "headers"),
        valuesByName(decision, "response_headers_to_add"),
        names(decision, "request_headers_to_remove"),
        queryParameters(decision),
        names(decision, "query_parameters_to_remove"),
        Optional.empty(),
        Optional.empty(),
        secrets(decision),
        metadata(decision));
  }

  private PolicyEffects denyEffects(JsonNode decision) throws MalformedDecision {
    return new PolicyEffects(
        valuesByName(decision, "headers"),
        Map.of(),
        List.of(),
        Map.of(),
        List.of(),
        httpStatus(decision),
        body(decision),
        metadata(decision));
  }

  /** An object of name to string or list of strings, or a list of such objects. */
  private static Map<String, List<String>> valuesByName(JsonNode decision, String field)
      throws MalformedDecision {
    JsonNode node = decision.path(field);
    if (node.isMissingNode()) {
      return Map.of();
    }
    Map<String, List<String>> values = new LinkedHashMap<>();
    for (JsonNode object : node.isArray() ? node : List.of(node)) {
      if (!object.isObject()) {
        throw new MalformedDecision(
            field + ": " + kind(object) + " (expected: an object or a list of objects)");
      }
      for (Map.Entry<String, JsonNode> entry : object.properties()) {
        values
            .computeIfAbsent(entry.getKey(), ignored -> new ArrayList<>())
            .addAll(strings(entry.getValue(), field + "." + entry.getKey()));
      }
    }
    return values;
  }

  /** opa-envoy-plugin takes lists of objects for headers only. */
  private static Map<String, List<String>> queryParameters(JsonNode decision)
      throws MalformedDecision {
    String field = "query_parameters_to_set";
    JsonNode node = decision.path(field);
    if (node.isArray()) {
      throw new MalformedDecision(field + ": a list (expected: an object)");
    }
    return valuesByName(decision, field);
  }

  private static List<String> strings(JsonNode node, String where) throws MalformedDecision {
    List<String> values = new ArrayList<>();
    for (JsonNode value : node.isArray() ? node : List.of(node)) {
      if (!value.isTextual()) {
        throw new MalformedDecision(
            where + ": " + kind(value) + " (expected: a string or a list of strings)");
      }
      values.add(value.textValue());
    }
    return values;
  }

  private static List<String> names(JsonNode decision, String field) throws MalformedDecision {
    JsonNode node = decision.path(field);
    if (node.isMissingNode()) {
      return List.of();
    }
    if (!node.isArray()) {
      throw new MalformedDecision(field + ": " + kind(node) + " (expected: a list of strings)");
    }
    return strings(node, field);
  }

  private static Map<String, String> secrets(JsonNode decision) throws MalformedDecision {
    JsonNode node = decision.path("inject_secrets");
    if (node.isMissingNode()) {
      return Map.of();
    }
    if (!node.isObject()) {
      throw new MalformedDecision("inject_secrets: " + kind(node) + " (expected: an object)");
    }
    Map<String, String> secrets = new LinkedHashMap<>();
    for (Map.Entry<String, JsonNode> secret : node.properties()) {
      if (!secret.getValue().isTextual()) {
        throw new MalformedDecision(
            "inject_secrets."
                + secret.getKey()
                + ": "
                + kind(secret.getValue())
                + " (expected: the name of a secret)");
      }
      secrets.put(secret.getKey(), secret.getValue().textValue());
    }
    return secrets;
  }

  private static Optional<Integer> httpStatus(JsonNode decision) throws MalformedDecision {
    JsonNode node = decision.path("http_status");
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    // 403.0 is none, as in Go.
    if (!node.isIntegralNumber()
        || !node.canConvertToInt()
        || !EnvoyStatusCodes.contains(node.intValue())) {
      throw new MalformedDecision(
          "http_status: " + node + " (expected: a status that Envoy knows)");
    }
    return Optional.of(node.intValue());
  }

  private static Optional<String> body(JsonNode decision) throws MalformedDecision {
    JsonNode node = decision.path("body");
    if (node.isMissingNode()) {
      return Optional.empty();
    }
    if (!node.isTextual()) {
      throw new MalformedDecision("body: " + kind(node) + " (expected: a string)");
    }
    return Optional.of(node.textValue());
  }

  private Map<String, Object> metadata(JsonNode decision) throws MalformedDecision {
    JsonNode node = decision.path("dynamic_metadata");
    if (node.isMissingNode()) {
      return Map.of();
    }
    if (!node.isObject()) {
      throw new MalformedDecision("dynamic_metadata: " + kind(node) + " (expected: an object)");
    }
    if (!isFinite(node)) {
      throw new MalformedDecision("dynamic_metadata: a number beyond the range of doubles");
    }
    return json.convertValue(node, new TypeReference<LinkedHashMap<String, Object>>() {});
  }

  /** Envoy's metadata holds doubles. */
  private static boolean isFinite(JsonNode node) {
    if (node.isNumber()) {
      return Double.isFinite(node.doubleValue());
    }
    for (JsonNode below : node) {
      if (!isFinite(below)) {
        return false;
      }
    }
    return true;
  }

  private static String kind(JsonNode node) {
    return switch (node.getNodeType()) {
      case ARRAY -> "a list";
      case BOOLEAN -> "a boolean";
      case MISSING -> "missing";
      case NULL -> "null";
      case NUMBER -> "a number";
      case OBJECT -> "an object";
      case STRING -> "a string";
      case BINARY, POJO -> "no JSON value";
    };
  }
}
