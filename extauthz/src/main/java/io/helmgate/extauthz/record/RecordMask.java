package io.helmgate.extauthz.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Takes secrets out of an input document: credentials in headers and queries, bodies, chart values,
 * and whatever looks like a signed token, wherever it stands.
 */
public final class RecordMask {

  static final String MASK = "***";

  private static final Set<String> SECRET_HEADERS =
      Set.of(
          "authorization",
          "proxy-authorization",
          "cookie",
          "set-cookie",
          "x-helmgate-assertion",
          "x-api-key",
          "api-key",
          "apikey",
          "x-auth-token");
  private static final Set<String> SECRET_NAMES = Set.of("code", "sig", "key");
  private static final List<String> SECRET_PARTS_OF_NAMES =
      List.of(
          "token",
          "secret",
          "passw",
          "apikey",
          "api-key",
          "api_key",
          "assertion",
          "signature",
          "credential");
  private static final Pattern SECRET_PARAMETER =
      Pattern.compile(
          "(?i)([?&;](?:[^=&;]*(?:token|secret|passw|api[-_]?key|assertion|signature|credential)[^=&;]*"
              + "|code|sig|key)=)[^&;]*");
  private static final Pattern JWT =
      Pattern.compile("eyJ[A-Za-z0-9_-]+\\.[A-Za-z0-9_-]*\\.[A-Za-z0-9_-]*");
  private static final Set<String> CHART_VALUES = Set.of("values", "config");

  private final List<String> masked = new ArrayList<>();
  private final List<String> erased = new ArrayList<>();

  private RecordMask() {}

  /**
   * What was taken out.
   *
   * @param masked JSON pointers of values that were replaced
   * @param erased JSON pointers of values that were removed
   */
  public record Taken(List<String> masked, List<String> erased) {}

  /** Masks the document in place. */
  public static Taken apply(ObjectNode input) {
    RecordMask mask = new RecordMask();
    mask.headers(input.path("headers"), "/input/headers");
    mask.headers(input.path("header_values"), "/input/header_values");
    mask.query(input.path("parsed_query"));
    mask.http(input.path("attributes").path("request").path("http"));
    mask.chartValues(input.path("request"), "/input/request");
    mask.chartValues(input.path("call").path("request"), "/input/call/request");
    if (input.has("call")) {
      // It is the request again, in the client's own form.
      mask.erase(input, "parsed_body", "/input");
    }
    if (anywhere(input)) {
      mask.tokens(input, "/input");
    }
    return new Taken(List.copyOf(mask.masked), List.copyOf(mask.erased));
  }

  /** Masks signed tokens wherever they stand in a text. */
  public static String tokens(String text) {
    return JWT.matcher(text).replaceAll(MASK);
  }

  /** Masks token-like values in a request target. */
  public static String target(String target) {
    return JWT.matcher(SECRET_PARAMETER.matcher(target).replaceAll("$1" + MASK)).replaceAll(MASK);
  }

  private void http(JsonNode http) {
    if (http instanceof ObjectNode object) {
      String at = "/input/attributes/request/http";
      erase(object, "body", at);
      erase(object, "rawBody", at);
      headers(object.path("headers"), at + "/headers");
      for (String name : List.of("path", "query")) {
        target(object, name, at);
      }
      JsonNode pairs = object.path("headerMap").path("headers");
      for (int i = 0; i < pairs.size(); i++) {
        if (pairs.get(i) instanceof ObjectNode pair) {
          headerPair(pair, at + "/headerMap/headers/" + i);
        }
      }
    }
  }

  private void headerPair(ObjectNode pair, String at) {
    String name = pair.path("key").asText("").toLowerCase(Locale.ROOT);
    if (secretHeader(name) || mayHoldTarget(name)) {
      for (String field : List.of("value", "rawValue")) {
        if (pair.has(field)) {
          replace(pair, field, at);
        }
      }
    }
  }

  private void headers(JsonNode headers, String at) {
    if (headers instanceof ObjectNode object) {
      for (String name : names(object)) {
        if (secretHeader(name)) {
          replace(object, name, at);
        } else if (mayHoldTarget(name)) {
          target(object, name, at);
        }
      }
    }
  }

  private static boolean secretHeader(String name) {
    return SECRET_HEADERS.contains(name) || secretName(name);
  }

  private static boolean secretName(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    if (SECRET_NAMES.contains(lower)) {
      return true;
    }
    for (String part : SECRET_PARTS_OF_NAMES) {
      if (lower.contains(part)) {
        return true;
      }
    }
    return false;
  }

  private static boolean mayHoldTarget(String name) {
    return name.equals(":path") || name.equals("referer") || name.equals("x-envoy-original-path");
  }

  private void target(ObjectNode object, String name, String at) {
    switch (object.path(name)) {
      case TextNode text -> {
        String clean = target(text.textValue());
        if (!clean.equals(text.textValue())) {
          object.put(name, clean);
          masked.add(at + '/' + escaped(name));
        }
      }
      case ArrayNode _ -> replace(object, name, at);
      default -> {}
    }
  }

  private void query(JsonNode query) {
    if (query instanceof ObjectNode object) {
      for (String name : names(object)) {
        if (secretName(name)) {
          replace(object, name, "/input/parsed_query");
        }
      }
    }
  }

  private void chartValues(JsonNode request, String at) {
    if (request instanceof ObjectNode object) {
      for (String name : CHART_VALUES) {
        if (object.has(name)) {
          replace(object, name, at);
        }
      }
    }
  }

  /** Whether there is a token at all: where it stands is dear to find out, and there rarely is. */
  private static boolean anywhere(JsonNode node) {
    if (node instanceof TextNode text) {
      return holdsToken(text);
    }
    for (JsonNode child : node) {
      if (anywhere(child)) {
        return true;
      }
    }
    return false;
  }

  private void tokens(JsonNode node, String at) {
    switch (node) {
      case ObjectNode object -> {
        for (Map.Entry<String, JsonNode> field : List.copyOf(object.properties())) {
          String path = at + '/' + escaped(field.getKey());
          if (field.getValue() instanceof TextNode text && holdsToken(text)) {
            object.put(field.getKey(), JWT.matcher(text.textValue()).replaceAll(MASK));
            masked.add(path);
          } else {
            tokens(field.getValue(), path);
          }
        }
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          if (array.get(i) instanceof TextNode text && holdsToken(text)) {
            array.set(i, JWT.matcher(text.textValue()).replaceAll(MASK));
            masked.add(at + '/' + i);
          } else {
            tokens(array.get(i), at + '/' + i);
          }
        }
      }
      default -> {}
    }
  }

  private static boolean holdsToken(TextNode text) {
    return text.textValue().contains("eyJ") && JWT.matcher(text.textValue()).find();
  }

  private void replace(ObjectNode object, String name, String at) {
    object.put(name, MASK);
    masked.add(at + '/' + escaped(name));
  }

  private void erase(ObjectNode object, String name, String at) {
    if (object.remove(name) != null) {
      erased.add(at + '/' + escaped(name));
    }
  }

  private static List<String> names(ObjectNode object) {
    return object.propertyStream().map(Map.Entry::getKey).toList();
  }

  /** A name as a step of a JSON pointer (RFC 6901 §3). */
  private static String escaped(String name) {
    return name.replace("~", "~0").replace("/", "~1");
  }
}
