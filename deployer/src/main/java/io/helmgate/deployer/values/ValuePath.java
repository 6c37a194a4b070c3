package io.helmgate.deployer.values;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Where a value stands, in the syntax of Helm's {@code --set}: {@code a.b[0].c}. */
public record ValuePath(List<Step> steps) {

  /** Helm's own bounds (strvals.MaxIndex, MaxNestedNameLevel). */
  private static final int MAX_INDEX = 65536;

  private static final int MAX_STEPS = 30;

  public ValuePath {
    steps = List.copyOf(steps);
  }

  /** From a value to one within it. */
  public sealed interface Step {

    /** By the key of a map. */
    record Key(String name) implements Step {}

    /** By the position in a list, from 0. */
    record Index(int at) implements Step {}
  }

  /** The path of all values. */
  public static final ValuePath ROOT = new ValuePath(List.of());

  /** Reads a path; empty when it is none. */
  public static Optional<ValuePath> parse(String text) {
    return new Reader(text).path();
  }

  public ValuePath key(String name) {
    return plus(new Step.Key(name));
  }

  public ValuePath index(int at) {
    return plus(new Step.Index(at));
  }

  private ValuePath plus(Step step) {
    List<Step> longer = new ArrayList<>(steps);
    longer.add(step);
    return new ValuePath(longer);
  }

  /** The same as {@link #parse} reads. */
  @Override
  public String toString() {
    return steps.stream()
        .map(
            step ->
                switch (step) {
                  case Step.Key(String name) -> "." + name.replaceAll("[\\\\.\\[]", "\\\\$0");
                  case Step.Index(int at) -> "[" + at + "]";
                })
        .collect(Collectors.joining())
        .replaceFirst("^\\.", "");
  }

  /**
   * Puts a value at this path; lists are filled up with null.
   *
   * @return what stands in the way: a path to a value that is no map, or no list, as one would have
   *     to be there; then nothing has changed
   */
  public Optional<ValuePath> set(Map<String, @Nullable Object> values, @Nullable Object value) {
    Optional<ValuePath> obstacle = obstacle(values);
    if (obstacle.isEmpty()) {
      Map<String, @Nullable Object> changed = Values.mapOf(setWithin(values, 0, value));
      values.clear();
      values.putAll(changed);
    }
    return obstacle;
  }

  private Optional<ValuePath> obstacle(@Nullable Object root) {
    @Nullable Object at = root;
    for (int i = 0; i < steps.size(); i++) {
      if (at == null) {
        return Optional.empty();
      }
      if (steps.get(i) instanceof Step.Key(String name) && at instanceof Map<?, ?> map) {
        at = map.get(name);
      } else if (steps.get(i) instanceof Step.Index(int index) && at instanceof List<?> list) {
        at = index < list.size() ? list.get(index) : null;
      } else {
        return Optional.of(new ValuePath(steps.subList(0, i)));
      }
    }
    return Optional.empty();
  }

  private @Nullable Object setWithin(@Nullable Object holder, int from, @Nullable Object value) {
    if (from == steps.size()) {
      return value;
    }
    return switch (steps.get(from)) {
      case Step.Key(String name) -> {
        Map<String, @Nullable Object> map = Values.mapOf(holder);
        map.put(name, setWithin(map.get(name), from + 1, value));
        yield map;
      }
      case Step.Index(int at) -> {
        List<@Nullable Object> list = Values.listOf(holder);
        while (list.size() <= at) {
          list.add(null);
        }
        list.set(at, setWithin(list.get(at), from + 1, value));
        yield list;
      }
    };
  }

  /** The value at this path; empty also when it is null. */
  public Optional<Object> in(Map<String, @Nullable Object> values) {
    @Nullable Object at = values;
    for (Step step : steps) {
      at =
          switch (step) {
            case Step.Key(String name) -> at instanceof Map<?, ?> map ? map.get(name) : null;
            case Step.Index(int index) ->
                at instanceof List<?> list && index < list.size() ? list.get(index) : null;
          };
    }
    return Optional.ofNullable(at);
  }

  /** Reads the text of a path. */
  private static final class Reader {
    private final String text;
    private final List<Step> steps = new ArrayList<>();
    private int at;

    Reader(String text) {
      this.text = text;
    }

    Optional<ValuePath> path() {
      while (at < text.length()) {
        boolean inList = text.charAt(at) == '[' && !steps.isEmpty();
        if (!(inList ? index() : key())) {
          return Optional.empty();
        }
      }
      boolean dangling = text.endsWith(".") && !text.endsWith("\\.");
      return steps.isEmpty() || steps.size() > MAX_STEPS || dangling
          ? Optional.empty()
          : Optional.of(new ValuePath(steps));
    }

    private boolean key() {
      if (!steps.isEmpty() && text.charAt(at) == '.') {
        at++;
      } else if (!steps.isEmpty()) {
        return false;
      }
      StringBuilder name = new StringBuilder();
      while (at < text.length() && text.charAt(at) != '.' && text.charAt(at) != '[') {
        if (text.charAt(at) == '\\') {
          at++;
          if (at == text.length()) {
            return false;
          }
        }
        name.append(text.charAt(at++));
      }
      steps.add(new Step.Key(name.toString()));
      return !name.isEmpty();
    }

    private boolean index() {
      int end = text.indexOf(']', at);
      String digits = end < 0 ? "" : text.substring(at + 1, end);
      if (!digits.matches("[0-9]{1,5}") || Integer.parseInt(digits) > MAX_INDEX) {
        return false;
      }
      steps.add(new Step.Index(Integer.parseInt(digits)));
      at = end + 1;
      return true;
    }
  }

  /** The paths of all values that are no maps, for a map of them. */
  public static List<ValuePath> leaves(Map<String, @Nullable Object> values) {
    Map<ValuePath, Boolean> found = new LinkedHashMap<>();
    leaves(ROOT, values, found);
    return List.copyOf(found.keySet());
  }

  private static void leaves(
      ValuePath path, @Nullable Object value, Map<ValuePath, Boolean> found) {
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, each) -> leaves(path.key(String.valueOf(name)), each, found));
    } else {
      found.put(path, true);
    }
  }
}
