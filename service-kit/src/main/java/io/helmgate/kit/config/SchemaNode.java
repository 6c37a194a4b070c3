package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * What the schema says of one key: its form in plain words, whether it is secret, what lies below.
 *
 * <p>It sees {@code properties}, {@code additionalProperties}, {@code items} and {@code $ref}; keys
 * that only a combination such as {@code oneOf} names are checked but not known here.
 */
final class SchemaNode {
  private final JsonNode node;
  private final JsonNode document;
  private final Map<String, JsonNode> documents;

  private SchemaNode(JsonNode node, JsonNode document, Map<String, JsonNode> documents) {
    this.node = node;
    this.document = document;
    this.documents = documents;
  }

  /**
   * The top of a set of schemas.
   *
   * @param document the schema that holds the others by {@code $ref}
   * @param documents the schemas by their {@code $id}
   */
  static SchemaNode of(JsonNode document, Map<String, JsonNode> documents) {
    return new SchemaNode(document, document, documents).resolved();
  }

  private SchemaNode resolved() {
    String ref = node.path("$ref").asText();
    if (ref.isEmpty()) {
      return this;
    }
    JsonNode home = documents.getOrDefault(ref, document);
    JsonNode target = ref.startsWith("#") ? home.at(ref.substring(1)) : home;
    if (!(target instanceof ObjectNode object)) {
      throw new IllegalStateException("$ref: " + ref + " (expected: #/$defs/NAME)");
    }
    ObjectNode merged = object.deepCopy();
    merged.setAll((ObjectNode) node);
    merged.remove("$ref");
    if (object.has("$ref")) {
      merged.set("$ref", object.get("$ref"));
    }
    return new SchemaNode(merged, home, documents).resolved();
  }

  private SchemaNode below(JsonNode child) {
    return new SchemaNode(child, document, documents).resolved();
  }

  /** The named keys of an object, in the schema's order. */
  Map<String, SchemaNode> properties() {
    Map<String, SchemaNode> properties = new LinkedHashMap<>();
    node.path("properties")
        .properties()
        .forEach(property -> properties.put(property.getKey(), below(property.getValue())));
    return properties;
  }

  /** What a key of this object may hold; empty when there is no such key. */
  Optional<SchemaNode> property(String name) {
    JsonNode named = node.path("properties").path(name);
    return named.isMissingNode() ? anyKey() : Optional.of(below(named));
  }

  boolean requires(String name) {
    for (JsonNode required : node.path("required")) {
      if (required.asText().equals(name)) {
        return true;
      }
    }
    return false;
  }

  /** What a freely named key of this object may hold. */
  Optional<SchemaNode> anyKey() {
    JsonNode any = node.path("additionalProperties");
    return any.isObject() ? Optional.of(below(any)) : Optional.empty();
  }

  Optional<SchemaNode> items() {
    JsonNode items = node.path("items");
    return items.isObject() ? Optional.of(below(items)) : Optional.empty();
  }

  Optional<SchemaNode> at(KeyPath path) {
    Optional<SchemaNode> at = Optional.of(this);
    for (Object step : path.steps()) {
      at =
          step instanceof Integer
              ? at.flatMap(SchemaNode::items)
              : at.flatMap(schema -> schema.property((String) step));
    }
    return at;
  }

  String type() {
    return node.path("type").asText();
  }

  /** Whether the reference lists this key alone, since what lies below is described elsewhere. */
  boolean folded() {
    return node.path("folded").asBoolean();
  }

  boolean secret() {
    return node.path("writeOnly").asBoolean();
  }

  /** Whether {@code NAME_file} may be written in place of {@code NAME}. */
  boolean takesFile(String name) {
    return property(name).filter(SchemaNode::secret).isPresent()
        && !node.path("properties").has(name + "_file");
  }

  /** The keys that may be written in this object. */
  List<String> knownKeys() {
    List<String> known = new ArrayList<>();
    properties()
        .forEach(
            (name, schema) -> {
              known.add(name);
              if (takesFile(name)) {
                known.add(name + "_file");
              }
            });
    return known;
  }

  Optional<JsonNode> defaultValue() {
    return Optional.ofNullable(node.get("default"));
  }

  String note(String keyword) {
    return node.path(keyword).asText();
  }

  Optional<JsonNode> example() {
    return Optional.ofNullable(node.get("example"));
  }

  /** What may stand here, in plain words. */
  String expected() {
    if (node.has("expected")) {
      return node.path("expected").asText();
    }
    if (node.has("enum")) {
      List<String> choices = new ArrayList<>();
      node.path("enum").forEach(choice -> choices.add(choice.asText()));
      return "one of " + String.join(", ", choices);
    }
    return switch (type()) {
      case "boolean" -> "true or false";
      case "integer" -> "a whole number" + range();
      case "number" -> "a number" + range();
      case "array" -> (node.path("minItems").asInt() > 0 ? "a list with entries" : "a list");
      case "object" -> "a mapping of keys";
      case "string" -> text();
      default -> "another value";
    };
  }

  private String text() {
    Optional<String> words = TextFormat.named(node.path("format").asText()).map(TextFormat::words);
    int least = node.path("minLength").asInt();
    return words.orElse(
        least > 1
            ? "text of at least " + least + " characters"
            : least == 1 ? "text that is not empty" : "text");
  }

  private String range() {
    boolean from = node.has("minimum");
    boolean to = node.has("maximum");
    if (from && to) {
      return " from %s to %s".formatted(node.get("minimum").asText(), node.get("maximum").asText());
    }
    return from
        ? " of at least " + node.get("minimum").asText()
        : to ? " of at most " + node.get("maximum").asText() : "";
  }

  /** Whether an unknown key of this name is likely to hold a secret. */
  static boolean soundsSecret(String name) {
    String lower = name.toLowerCase(Locale.ROOT);
    return lower.contains("pass")
        || lower.contains("secret")
        || lower.contains("token")
        || lower.contains("key")
        || lower.contains("cred");
  }
}
