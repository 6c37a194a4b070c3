package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** The configuration as one tree of values, and where each of them was written. */
final class ConfigTree {
  private final ObjectNode root = JsonNodeFactory.instance.objectNode();
  private final Map<KeyPath, Origin> origins = new HashMap<>();

  ConfigTree(String file) {
    origins.put(KeyPath.ROOT, Origin.inFile(file, 0));
  }

  ObjectNode root() {
    return root;
  }

  Map<KeyPath, Origin> origins() {
    return origins;
  }

  /** Where the value was written, or the nearest thing around it that was. */
  Origin originOf(KeyPath path) {
    KeyPath at = path;
    while (!origins.containsKey(at)) {
      at = at.parent();
    }
    return origins.get(at);
  }

  /** Where exactly this value was written; empty for a default. */
  Optional<Origin> written(KeyPath path) {
    return Optional.ofNullable(origins.get(path));
  }

  /**
   * Sets a value, and the objects above it where they are missing.
   *
   * @return false when something above it is not an object, so that nothing was set
   */
  boolean put(KeyPath path, JsonNode value, Origin origin) {
    ObjectNode parent = root;
    KeyPath at = KeyPath.ROOT;
    for (Object step : path.parent().steps()) {
      at = at.key((String) step);
      JsonNode next = parent.get((String) step);
      if (next == null || next.isNull()) {
        next = parent.putObject((String) step);
        origins.put(at, origin);
      }
      if (!(next instanceof ObjectNode object)) {
        return false;
      }
      parent = object;
    }
    origins.keySet().removeIf(known -> known.isWithin(path));
    parent.set(path.lastKey(), value);
    origins.put(path, origin);
    return true;
  }

  void remove(KeyPath path) {
    if (path.parent().in(root) instanceof ObjectNode parent) {
      parent.remove(path.lastKey());
      origins.keySet().removeIf(known -> known.isWithin(path));
    }
  }
}
