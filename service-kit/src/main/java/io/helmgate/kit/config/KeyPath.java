package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Where a value stands in the configuration, written {@code repos[0].url}.
 *
 * @param steps from the top: a {@code String} for a key, an {@code Integer} for a place in a list
 */
record KeyPath(List<Object> steps) {
  static final KeyPath ROOT = new KeyPath(List.of());

  private static final Pattern PLAIN_KEY = Pattern.compile("[A-Za-z0-9_-]+");
  private static final Pattern STEP =
      Pattern.compile("\\[(\\d+)]|\\[\"([^\"]*)\"]|([^.\\[\\]]+)|\\.");

  static KeyPath parse(String text) {
    KeyPath path = ROOT;
    Matcher step = STEP.matcher(text);
    while (step.find()) {
      if (step.group(1) != null) {
        path = path.index(Integer.parseInt(step.group(1)));
      } else if (step.group(2) != null) {
        path = path.key(step.group(2));
      } else if (step.group(3) != null) {
        path = path.key(step.group(3));
      }
    }
    return path;
  }

  KeyPath key(String name) {
    return with(name);
  }

  KeyPath index(int index) {
    return with(index);
  }

  private KeyPath with(Object step) {
    List<Object> longer = new ArrayList<>(steps);
    longer.add(step);
    return new KeyPath(List.copyOf(longer));
  }

  KeyPath parent() {
    return new KeyPath(steps.subList(0, steps.size() - 1));
  }

  boolean isRoot() {
    return steps.isEmpty();
  }

  String lastKey() {
    return String.valueOf(steps.getLast());
  }

  /** Whether this is the other place or lies below it. */
  boolean isWithin(KeyPath other) {
    return steps.size() >= other.steps.size()
        && steps.subList(0, other.steps.size()).equals(other.steps);
  }

  /** The part before the first list, or the whole path when it leads through none. */
  KeyPath outsideLists() {
    for (int i = 0; i < steps.size(); i++) {
      if (steps.get(i) instanceof Integer) {
        return new KeyPath(steps.subList(0, i));
      }
    }
    return this;
  }

  /** The value at this place; a missing node when there is none. */
  JsonNode in(JsonNode root) {
    JsonNode node = root;
    for (Object step : steps) {
      node = step instanceof Integer index ? node.path(index) : node.path((String) step);
    }
    return node == null ? JsonNodeFactory.instance.missingNode() : node;
  }

  /** The environment variable that sets this key. */
  String variable() {
    List<String> parts = new ArrayList<>();
    for (Object step : steps) {
      parts.add(String.valueOf(step).toUpperCase(Locale.ROOT));
    }
    return EnvironmentOverlay.PREFIX + String.join("__", parts);
  }

  @Override
  public String toString() {
    StringBuilder text = new StringBuilder();
    for (Object step : steps) {
      if (step instanceof Integer index) {
        text.append('[').append(index.intValue()).append(']');
      } else if (PLAIN_KEY.matcher((String) step).matches()) {
        text.append(text.isEmpty() ? "" : ".").append(step);
      } else {
        text.append("[\"").append(step).append("\"]");
      }
    }
    return text.toString();
  }
}
