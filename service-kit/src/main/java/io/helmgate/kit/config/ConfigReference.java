package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;

/**
 * The keys as {@code docs/configuration.md} lists them: one table row each, made from the schema.
 * Tests of the services compare the document with it.
 */
public final class ConfigReference {
  private ConfigReference() {}

  /** The rows of the top level's keys; of each section only its name. */
  public static List<String> topLevelRows() {
    return rows(ConfigSchema.topLevel().root(), "");
  }

  /**
   * The rows of a section's keys.
   *
   * @param loader the class loader of the service, which has the section's schema
   */
  public static List<String> sectionRows(String section, ClassLoader loader) {
    SchemaNode root = ConfigSchema.of(section, loader).root();
    return rows(root.property(section).orElseThrow(), section + ".");
  }

  /** The rows that the document lacks; each row must stand in it exactly so. */
  public static List<String> missingRows(List<String> rows, String document) {
    List<String> lines = document.lines().map(String::strip).toList();
    return rows.stream().filter(row -> !lines.contains(row)).toList();
  }

  private static List<String> rows(SchemaNode object, String prefix) {
    List<String> rows = new ArrayList<>();
    object
        .properties()
        .forEach(
            (name, key) -> {
              String path = prefix + name;
              if (key.properties().isEmpty() || key.folded()) {
                rows.add(row(path, key, object.requires(name)));
              }
              if (key.folded()) {
                return;
              }
              rows.addAll(rows(key, path + "."));
              key.items().ifPresent(item -> rows.addAll(rows(item, path + "[].")));
              key.anyKey().ifPresent(any -> rows.addAll(rows(any, path + ".NAME.")));
            });
    return rows;
  }

  private static String row(String path, SchemaNode key, boolean required) {
    String value = key.expected() + (key.secret() ? " (secret)" : "");
    String fallback = key.defaultValue().map(ConfigReference::code).orElse("");
    String example = key.example().map(ConfigReference::code).orElse("");
    String unit = key.note("unit");
    return "| `%s` | %s | %s | %s | %s%s |"
        .formatted(
            path,
            value,
            required ? "required" : fallback,
            example,
            key.note("description").replace("|", "\\|"),
            unit.isEmpty() ? "" : " (" + unit + ")");
  }

  private static String code(JsonNode value) {
    return "`" + value.toString().replace("|", "\\|") + "`";
  }

  /** The path of every key that a variable can set. */
  static List<KeyPath> paths(SchemaNode root) {
    List<KeyPath> paths = new ArrayList<>();
    collect(root, KeyPath.ROOT, paths);
    return paths;
  }

  private static void collect(SchemaNode node, KeyPath at, List<KeyPath> paths) {
    for (String key : node.knownKeys()) {
      KeyPath path = at.key(key);
      paths.add(path);
      node.property(key).ifPresent(below -> collect(below, path, paths));
    }
  }
}
