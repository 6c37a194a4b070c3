package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/**
 * Puts the content of a file where {@code NAME_file} stands beside a secret {@code NAME}. A line
 * end at the end of the file is no part of the secret.
 */
final class SecretFiles {
  private static final String SUFFIX = "_file";

  /** Far above any token or key, far below what would hurt. */
  private static final long LARGEST = 1 << 20;

  private final ConfigTree tree;
  private final Problems problems;

  SecretFiles(ConfigTree tree, Problems problems) {
    this.tree = tree;
    this.problems = problems;
  }

  void read(JsonNode node, KeyPath at, SchemaNode schema) {
    switch (node) {
      case ObjectNode object -> {
        for (String key : List.copyOf(object.propertyStream().map(e -> e.getKey()).toList())) {
          String name =
              key.endsWith(SUFFIX) ? key.substring(0, key.length() - SUFFIX.length()) : "";
          if (!name.isEmpty() && schema.takesFile(name)) {
            replace(object, at, name);
          } else {
            schema.property(key).ifPresent(below -> read(object.get(key), at.key(key), below));
          }
        }
      }
      case ArrayNode array -> {
        for (int i = 0; i < array.size(); i++) {
          int index = i;
          schema.items().ifPresent(items -> read(array.get(index), at.index(index), items));
        }
      }
      default -> {}
    }
  }

  private void replace(ObjectNode object, KeyPath at, String name) {
    KeyPath twin = at.key(name + SUFFIX);
    Origin origin = tree.originOf(twin);
    JsonNode file = object.remove(name + SUFFIX);
    if (object.has(name)) {
      problems.report(origin, twin, Problems.shown(file), "expected: not both " + name + " and it");
      return;
    }
    tree.origins().put(at.key(name), origin);
    object.put(name, "");
    if (!file.isTextual()) {
      problems.report(origin, twin, Problems.shown(file), "expected: the path of a file");
      return;
    }
    try {
      Path path = Path.of(file.textValue());
      if (Files.size(path) > LARGEST) {
        problems.report(origin, twin, Problems.shown(file), "expected: a file of at most 1 MiB");
        return;
      }
      object.set(name, TextNode.valueOf(Files.readString(path).replaceFirst("\\r?\\n$", "")));
    } catch (CharacterCodingException e) {
      problems.report(origin, twin, Problems.shown(file), "expected: a file with UTF-8 text");
    } catch (IOException | InvalidPathException e) {
      problems.report(origin, twin, Problems.shown(file), "expected: a file that can be read");
    }
  }
}
