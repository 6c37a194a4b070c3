package io.helmgate.extauthz.record;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.decision.Selection;
import io.helmgate.extauthz.input.InputDocument;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.regex.Pattern;

/**
 * Copies an input document without its secrets: credentials in headers and queries, bodies, chart
 * values, and whatever looks like a signed token, wherever it stands.
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

  /** Fields of requests that hold values for charts. */
  private static final Set<String> CHART_VALUES = Set.of("config", "values", "layers", "set");

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

  private static final JsonFactory JSON = new ObjectMapper().getFactory();

  private final boolean call;
  private final JsonGenerator out;
  private final List<String> masked = new ArrayList<>();
  private final List<String> erased = new ArrayList<>();

  private RecordMask(boolean call, JsonGenerator out) {
    this.call = call;
    this.out = out;
  }

  /**
   * What was taken out.
   *
   * @param masked JSON pointers of values that were replaced
   * @param erased JSON pointers of values that were removed
   */
  public record Taken(List<String> masked, List<String> erased) {}

  /**
   * Writes a document without its secrets.
   *
   * @throws IOException when it cannot be read, or {@code out} cannot be written
   */
  public static Taken copy(InputDocument document, JsonGenerator out) throws IOException {
    RecordMask mask = new RecordMask(document.call(), out);
    try (JsonParser in = JSON.createParser(document.json(Selection.all()))) {
      in.nextToken();
      mask.value(in, Place.INPUT);
    }
    return new Taken(mask.masked, mask.erased);
  }

  /** Masks signed tokens wherever they stand in a text. */
  public static String tokens(String text) {
    return JWT.matcher(text).replaceAll(MASK);
  }

  /** Masks token-like values in a request target. */
  public static String target(String target) {
    return tokens(SECRET_PARAMETER.matcher(target).replaceAll("$1" + MASK));
  }

  /** What a value is, by where it stands. */
  private enum Place {
    INPUT,
    ATTRIBUTES,
    ENVOY_REQUEST,
    HTTP,
    HEADERS,
    HEADER_MAP,
    HEADER_PAIRS,
    QUERY,
    CALL,
    MESSAGE,
    TARGET,
    SECRET,
    ERASED,
    OTHER;

    /** What its member of this name is. */
    Place member(String name, boolean call) {
      return switch (this) {
        case INPUT -> ofInput(name, call);
        case ATTRIBUTES -> name.equals("request") ? ENVOY_REQUEST : OTHER;
        case ENVOY_REQUEST -> name.equals("http") ? HTTP : OTHER;
        case HTTP -> ofHttp(name);
        case HEADERS -> secretHeader(name) ? SECRET : mayHoldTarget(name) ? TARGET : OTHER;
        case HEADER_MAP -> name.equals("headers") ? HEADER_PAIRS : OTHER;
        case QUERY -> secretName(name) ? SECRET : OTHER;
        case CALL -> name.equals("request") ? MESSAGE : OTHER;
        case MESSAGE -> CHART_VALUES.contains(name) ? SECRET : OTHER;
        case HEADER_PAIRS, TARGET, SECRET, ERASED, OTHER -> OTHER;
      };
    }

    private static Place ofInput(String name, boolean call) {
      return switch (name) {
        case "headers", "header_values" -> HEADERS;
        case "parsed_query" -> QUERY;
        case "attributes" -> ATTRIBUTES;
        case "request" -> MESSAGE;
        case "call" -> CALL;
        // It is the request again, in the client's own form.
        case "parsed_body" -> call ? ERASED : OTHER;
        default -> OTHER;
      };
    }

    private static Place ofHttp(String name) {
      return switch (name) {
        case "body", "rawBody" -> ERASED;
        case "headers" -> HEADERS;
        case "headerMap" -> HEADER_MAP;
        case "path", "query" -> TARGET;
        default -> OTHER;
      };
    }
  }

  private void value(JsonParser in, Place place) throws IOException {
    switch (in.currentToken()) {
      case START_OBJECT -> {
        out.writeStartObject();
        while (in.nextToken() == JsonToken.FIELD_NAME) {
          String name = in.currentName();
          in.nextToken();
          member(in, name, place.member(name, call));
        }
        out.writeEndObject();
      }
      case START_ARRAY -> {
        out.writeStartArray();
        while (in.nextToken() != JsonToken.END_ARRAY) {
          if (place == Place.HEADER_PAIRS) {
            headerPair(in);
          } else {
            value(in, Place.OTHER);
          }
        }
        out.writeEndArray();
      }
      case VALUE_STRING -> text(in, place);
      default -> out.copyCurrentEventExact(in);
    }
  }

  private void member(JsonParser in, String name, Place place) throws IOException {
    if (place == Place.ERASED) {
      erased.add(pointer(in));
      in.skipChildren();
      return;
    }
    out.writeFieldName(name);
    if (place == Place.SECRET || (place == Place.TARGET && in.currentToken().isStructStart())) {
      masked.add(pointer(in));
      out.writeString(MASK);
      in.skipChildren();
    } else {
      value(in, place);
    }
  }

  private void text(JsonParser in, Place place) throws IOException {
    char[] chars = in.getTextCharacters();
    int from = in.getTextOffset();
    int length = in.getTextLength();
    if (place != Place.TARGET && !mayHoldToken(chars, from, from + length)) {
      out.writeString(chars, from, length);
      return;
    }
    String text = new String(chars, from, length);
    String clean = place == Place.TARGET ? target(text) : tokens(text);
    if (!clean.equals(text)) {
      masked.add(pointer(in));
    }
    out.writeString(clean);
  }

  /** Cheaper than the pattern, and there rarely is a token. */
  private static boolean mayHoldToken(char[] chars, int from, int end) {
    for (int i = from; i < end - 2; i++) {
      if (chars[i] == 'e' && chars[i + 1] == 'y' && chars[i + 2] == 'J') {
        return true;
      }
    }
    return false;
  }

  /** Envoy's {@code HeaderValue}: its name decides about its value. */
  private void headerPair(JsonParser in) throws IOException {
    String at = pointer(in);
    JsonNode pair = in.readValueAsTree();
    String name = pair.path("key").asText("").toLowerCase(Locale.ROOT);
    if (pair instanceof ObjectNode object && (secretHeader(name) || mayHoldTarget(name))) {
      for (String field : List.of("value", "rawValue")) {
        if (object.has(field)) {
          object.put(field, MASK);
          masked.add(at + '/' + field);
        }
      }
    }
    out.writeTree(pair);
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

  /** Where the current value stands (RFC 6901). */
  private static String pointer(JsonParser in) {
    JsonStreamContext context = in.getParsingContext();
    JsonStreamContext holder = in.currentToken().isStructStart() ? context.getParent() : context;
    return "/input" + holder.pathAsPointer();
  }
}
