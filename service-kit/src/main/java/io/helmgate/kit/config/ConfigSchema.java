package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.Error;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaLocation;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SchemaRegistryConfig;
import com.networknt.schema.dialect.Dialect;
import com.networknt.schema.dialect.Dialects;
import com.networknt.schema.keyword.NonValidationKeyword;
import com.networknt.schema.path.NodePath;
import com.networknt.schema.walk.ApplyDefaultsStrategy;
import com.networknt.schema.walk.WalkConfig;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** The schema of the top level, with that of one section put into its place. */
final class ConfigSchema {
  private static final String TOP = "urn:helmgate:config";

  private static final WalkConfig DEFAULTS =
      WalkConfig.builder()
          .applyDefaultsStrategy(
              ApplyDefaultsStrategy.builder().applyPropertyDefaults(true).build())
          .build();

  private final SchemaNode root;
  private final Schema schema;

  private ConfigSchema(SchemaNode root, Schema schema) {
    this.root = root;
    this.schema = schema;
  }

  /**
   * Reads {@code helmgate/config/helmgate.schema.json} and {@code
   * helmgate/config/SECTION.schema.json} from the class path.
   */
  static ConfigSchema of(String section, ClassLoader loader) {
    ObjectNode top = readTop();
    ObjectNode own = read(section, loader);
    String ownId = TOP + ":" + section;
    own.put("$id", ownId);
    ObjectNode place = ((ObjectNode) top.path("properties")).putObject(section);
    place.put("$ref", ownId).put("type", "object").putObject("default");
    return of(Map.of(TOP, top, ownId, own));
  }

  /** The top level alone: its sections may hold anything. */
  static ConfigSchema topLevel() {
    return of(Map.of(TOP, readTop()));
  }

  private static ConfigSchema of(Map<String, JsonNode> documents) {
    Map<String, String> texts = new HashMap<>();
    documents.forEach((id, document) -> texts.put(id, document.toString()));
    Dialect dialect =
        Dialect.builder(Dialects.getDraft202012())
            .formats(TextFormat.ALL)
            .keywords(
                List.of(
                    new NonValidationKeyword("expected"),
                    new NonValidationKeyword("unit"),
                    new NonValidationKeyword("folded"),
                    new NonValidationKeyword("example")))
            .build();
    SchemaRegistry registry =
        SchemaRegistry.withDialect(
            dialect,
            builder ->
                builder
                    .schemas(texts)
                    .schemaRegistryConfig(
                        SchemaRegistryConfig.builder().formatAssertionsEnabled(true).build()));
    JsonNode top = documents.getOrDefault(TOP, JsonNodeFactory.instance.objectNode());
    return new ConfigSchema(
        SchemaNode.of(top, documents), registry.getSchema(SchemaLocation.of(TOP)));
  }

  private static ObjectNode readTop() {
    return read("helmgate", ConfigSchema.class.getClassLoader()).put("$id", TOP);
  }

  private static ObjectNode read(String name, ClassLoader loader) {
    String resource = "helmgate/config/" + name + ".schema.json";
    try (InputStream stream = loader.getResourceAsStream(resource)) {
      if (stream == null) {
        throw new IllegalStateException(resource + ": not found (expected: on the class path)");
      }
      return (ObjectNode) new ObjectMapper().readTree(stream);
    } catch (IOException e) {
      throw new UncheckedIOException(resource, e);
    }
  }

  SchemaNode root() {
    return root;
  }

  /** Puts defaults where keys are missing and reports what breaks a rule. */
  void check(ObjectNode tree, Problems problems) {
    schema
        .walk(tree, true, context -> context.setWalkConfig(DEFAULTS))
        .getErrors()
        .forEach(error -> report(error, problems));
  }

  /** Whether the tree, with defaults put in, keeps every rule. */
  boolean accepts(ObjectNode tree) {
    return schema.validate((JsonNode) tree).isEmpty();
  }

  private static void report(Error error, Problems problems) {
    KeyPath at = path(error.getInstanceLocation());
    switch (error.getKeyword()) {
      case "additionalProperties", "unevaluatedProperties" ->
          problems.unknown(at.key(error.getProperty()));
      case "required", "dependentRequired" -> problems.value(at.key(error.getProperty()));
      default -> problems.value(at);
    }
  }

  private static KeyPath path(NodePath location) {
    KeyPath path = KeyPath.ROOT;
    for (int i = 0; i < location.getNameCount(); i++) {
      Object step = location.getElement(i);
      path = step instanceof Integer index ? path.index(index) : path.key(String.valueOf(step));
    }
    return path;
  }

  /** A copy of the tree without the keys at these places, and with defaults in their stead. */
  ObjectNode without(ObjectNode tree, List<KeyPath> places) {
    ObjectNode copy = tree.deepCopy();
    for (KeyPath place : places) {
      KeyPath key = place.outsideLists();
      if (!key.isRoot() && key.parent().in(copy) instanceof ObjectNode parent) {
        parent.remove(key.lastKey());
      }
    }
    schema.walk(copy, false, context -> context.setWalkConfig(DEFAULTS));
    return copy;
  }
}
