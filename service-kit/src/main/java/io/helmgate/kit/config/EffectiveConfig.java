package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** Lists every key that is in force: value, masked where secret, and where it came from. */
final class EffectiveConfig {
  private final ConfigTree tree;
  private final Problems values;
  private final List<String> lines = new ArrayList<>();

  EffectiveConfig(ConfigTree tree, Problems values) {
    this.tree = tree;
    this.values = values;
  }

  String lines(Set<String> unread) {
    tree.root()
        .properties()
        .forEach(
            entry -> {
              if (!unread.contains(entry.getKey())) {
                add(KeyPath.ROOT.key(entry.getKey()), entry.getValue());
              }
            });
    return String.join("\n", lines);
  }

  private void add(KeyPath path, JsonNode value) {
    if (value.isObject() && !value.isEmpty()) {
      value.properties().forEach(entry -> add(path.key(entry.getKey()), entry.getValue()));
    } else if (value.isArray() && !value.isEmpty()) {
      for (int i = 0; i < value.size(); i++) {
        add(path.index(i), value.get(i));
      }
    } else {
      String shown = value.isContainerNode() ? value.toString() : values.shown(path);
      String origin = tree.written(path).map(Origin::toString).orElse("default");
      lines.add(path + ": " + shown + " (" + origin + ")");
    }
  }
}
