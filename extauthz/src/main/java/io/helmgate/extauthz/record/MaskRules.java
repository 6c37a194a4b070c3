package io.helmgate.extauthz.record;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.MissingNode;
import com.fasterxml.jackson.databind.node.NullNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/**
 * What a mask policy asks for, with OPA's meaning (decision log masking): a set of paths that are
 * removed, or of objects {@code {"op": "remove" | "upsert", "path", "value"}}. A path that leads
 * nowhere is no fault for {@code remove}; {@code upsert} makes the objects that are missing.
 *
 * <p>Steps of a path are names as they are; {@code ~1} and {@code ~0} stand for a slash and a tilde
 * where no such name exists.
 */
final class MaskRules {

  private static final Set<String> ROOTS = Set.of("input", "result");

  private final List<Rule> rules;

  private record Rule(boolean upsert, String path, List<String> steps, JsonNode value) {}

  private MaskRules(List<Rule> rules) {
    this.rules = rules;
  }

  /** The policy's answer is no set of rules. */
  static final class MalformedException extends Exception {
    private static final long serialVersionUID = 1L;

    MalformedException(String message) {
      super(message);
    }
  }

  /**
   * Reads the value of the policy.
   *
   * @throws MalformedException when a part of it is no rule: none is applied then
   */
  static MaskRules read(JsonNode value) throws MalformedException {
    if (!value.isArray()) {
      throw new MalformedException("mask: " + value.getNodeType() + " (expected: a set)");
    }
    List<Rule> rules = new ArrayList<>();
    for (JsonNode item : value) {
      rules.add(rule(item));
    }
    return new MaskRules(rules);
  }

  private static Rule rule(JsonNode item) throws MalformedException {
    if (item.isTextual()) {
      return new Rule(false, item.textValue(), steps(item.textValue()), MissingNode.getInstance());
    }
    String op = item.path("op").asText("");
    if (!op.equals("remove") && !op.equals("upsert")) {
      throw new MalformedException("mask: op " + op + " (expected: remove or upsert)");
    }
    String path = item.path("path").asText("");
    JsonNode value = item.has("value") ? item.path("value") : NullNode.getInstance();
    return new Rule(op.equals("upsert"), path, steps(path), value);
  }

  private static List<String> steps(String path) throws MalformedException {
    List<String> steps = List.of(path.split("/", -1));
    if (steps.size() < 2 || !steps.getFirst().isEmpty() || !ROOTS.contains(steps.get(1))) {
      throw new MalformedException("mask: path " + path + " (expected: /input… or /result…)");
    }
    return steps.subList(1, steps.size());
  }

  /** Applies all rules in place and adds to the record's lists of what was taken out. */
  void apply(ObjectNode record) {
    for (Rule rule : rules) {
      boolean changed = rule.upsert() ? upsert(record, rule) : remove(record, rule);
      if (changed) {
        record.withArrayProperty(rule.upsert() ? "masked" : "erased").add(rule.path());
      }
    }
  }

  private static boolean remove(ObjectNode record, Rule rule) {
    JsonNode parent = record;
    for (String step : rule.steps().subList(0, rule.steps().size() - 1)) {
      parent = child(parent, step);
    }
    String last = rule.steps().getLast();
    return switch (parent) {
      case ObjectNode object -> object.remove(name(object, last)) != null;
      case ArrayNode array -> array.remove(index(array, last)) != null;
      default -> false;
    };
  }

  private static boolean upsert(ObjectNode record, Rule rule) {
    JsonNode parent = record;
    for (String step : rule.steps().subList(0, rule.steps().size() - 1)) {
      JsonNode child = child(parent, step);
      if (child.isMissingNode() && parent instanceof ObjectNode object) {
        child = object.putObject(name(object, step));
      }
      parent = child;
    }
    String last = rule.steps().getLast();
    switch (parent) {
      case ObjectNode object -> object.set(name(object, last), rule.value().deepCopy());
      case ArrayNode array when index(array, last) >= 0 ->
          array.set(index(array, last), rule.value().deepCopy());
      default -> {
        return false;
      }
    }
    return true;
  }

  private static JsonNode child(JsonNode parent, String step) {
    return switch (parent) {
      case ObjectNode object -> object.path(name(object, step));
      case ArrayNode array -> array.path(index(array, step));
      default -> MissingNode.getInstance();
    };
  }

  private static String name(ObjectNode object, String step) {
    return object.has(step) ? step : step.replace("~1", "/").replace("~0", "~");
  }

  private static int index(ArrayNode array, String step) {
    boolean number = step.matches("[0-9]{1,9}");
    return number && Integer.parseInt(step) < array.size() ? Integer.parseInt(step) : -1;
  }
}
