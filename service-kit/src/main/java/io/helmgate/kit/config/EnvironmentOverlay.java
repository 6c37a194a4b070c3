package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/**
 * Lays the variables {@code HELMGATE_EXTAUTHZ__ADDRESS} over the tree, before it is checked, so
 * that a wrong variable is reported like a wrong line. Lists and mappings are written as YAML and
 * replace the file's whole.
 */
final class EnvironmentOverlay {
  static final String PREFIX = "HELMGATE_";

  /** Names the file itself. */
  private static final String RESERVED = "HELMGATE_CONFIG";

  /** What Kubernetes injects for a Service named {@code helmgate…}. */
  private static final Pattern LINK_NAME =
      Pattern.compile(
          ".*_SERVICE_HOST|.*_SERVICE_PORT(_.*)?|.*_PORT_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?");

  private static final Pattern LINK_VALUE = Pattern.compile("(tcp|udp|sctp)://.*");

  private final ConfigTree tree;
  private final SchemaNode schema;
  private final Set<String> unread;
  private final Problems problems;
  private final List<String> links = new ArrayList<>();

  /**
   * @param unread sections of other services: their variables are left alone
   */
  EnvironmentOverlay(ConfigTree tree, SchemaNode schema, Set<String> unread, Problems problems) {
    this.tree = tree;
    this.schema = schema;
    this.unread = unread;
    this.problems = problems;
  }

  /** Applies all variables; the warnings are returned. */
  List<String> apply(Map<String, String> environment) {
    new TreeMap<>(environment)
        .forEach(
            (name, value) -> {
              if (name.startsWith(PREFIX) && !name.equals(RESERVED)) {
                apply(name, value);
              }
            });
    return links.isEmpty()
        ? List.of()
        : List.of(
            "environment variables that Kubernetes sets for a Service are ignored: "
                + String.join(", ", links)
                + " (enableServiceLinks: false in the pod keeps them away)");
  }

  private void apply(String name, String text) {
    List<String> parts =
        List.of(name.substring(PREFIX.length()).toLowerCase(Locale.ROOT).split("__", -1));
    if (unread.contains(parts.getFirst())) {
      return;
    }
    Optional<KeyPath> path = resolve(parts);
    boolean link =
        path.isEmpty()
            ? LINK_NAME.matcher(name).matches() || LINK_VALUE.matcher(text).matches()
            : LINK_VALUE.matcher(text).matches() && name.endsWith("_PORT");
    if (link) {
      links.add(name);
    } else if (path.isPresent()) {
      set(path.get(), name, text);
    } else {
      unknown(name, parts);
    }
  }

  /** Finds the key by name, in which case does not count ({@code certFile} is {@code CERTFILE}). */
  private Optional<KeyPath> resolve(List<String> parts) {
    KeyPath path = KeyPath.ROOT;
    SchemaNode at = schema;
    for (String part : parts) {
      Optional<String> key =
          at.knownKeys().stream().filter(known -> known.equalsIgnoreCase(part)).findFirst();
      Optional<SchemaNode> below = key.isPresent() ? at.property(key.get()) : at.anyKey();
      if (part.isEmpty() || (key.isEmpty() && below.isEmpty())) {
        return Optional.empty();
      }
      path = path.key(key.orElseGet(() -> part));
      at = below.orElse(at);
    }
    return Optional.of(path);
  }

  private void set(KeyPath path, String name, String text) {
    Origin origin = Origin.ofVariable(name);
    SchemaNode parent = schema.at(path.parent()).orElse(schema);
    Map<KeyPath, Origin> inside = new HashMap<>();
    Optional<JsonNode> value =
        parent
            .property(path.lastKey())
            .map(key -> value(key, text, origin, path, inside))
            .orElse(Optional.of(JsonNodeFactory.instance.textNode(text)));
    if (value.isPresent() && tree.put(path, value.get(), origin)) {
      tree.origins().putAll(inside);
      String key = path.lastKey();
      if (parent.takesFile(key)) {
        replaceTwin(path.parent().key(key + "_file"));
      } else if (key.endsWith("_file")
          && parent.takesFile(key.substring(0, key.length() - "_file".length()))) {
        replaceTwin(path.parent().key(key.substring(0, key.length() - "_file".length())));
      }
    }
  }

  /** A variable takes precedence over the twin in the file, but not over a variable's. */
  private void replaceTwin(KeyPath twin) {
    if (tree.written(twin).filter(origin -> !origin.variable()).isPresent()) {
      tree.remove(twin);
    }
  }

  private Optional<JsonNode> value(
      SchemaNode key, String text, Origin origin, KeyPath path, Map<KeyPath, Origin> inside) {
    JsonNodeFactory json = JsonNodeFactory.instance;
    return switch (key.type()) {
      case "boolean" ->
          Optional.of(
              text.equalsIgnoreCase("true") || text.equalsIgnoreCase("false")
                  ? json.booleanNode(Boolean.parseBoolean(text))
                  : json.textNode(text));
      case "integer", "number" -> Optional.of(number(text));
      case "array", "object" -> new YamlReader(line -> origin, inside, problems).read(text, path);
      default -> Optional.of(json.textNode(text));
    };
  }

  private static JsonNode number(String text) {
    if (text.matches("[-+]?[0-9]{1,30}")) {
      return YamlReader.number(new BigInteger(text));
    }
    return text.matches("[-+]?[0-9]{1,30}\\.[0-9]{1,30}")
        ? JsonNodeFactory.instance.numberNode(new BigDecimal(text))
        : JsonNodeFactory.instance.textNode(text);
  }

  private void unknown(String name, List<String> parts) {
    KeyPath path = new KeyPath(List.copyOf(parts));
    List<String> known =
        ConfigReference.paths(schema).stream()
            .map(key -> key.variable().substring(PREFIX.length()))
            .toList();
    String remark =
        NearestKey.to(name.substring(PREFIX.length()), known)
            .map(near -> "; did you mean " + PREFIX + near + "?")
            .orElse("");
    problems.report(Origin.ofVariable(name), path, Secret.MASK, "unknown key" + remark);
  }
}
