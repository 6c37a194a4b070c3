package io.helmgate.deployer.values;

import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Values for a chart.
 *
 * @param all as Helm takes them: null removes a default of the chart
 * @param secret the paths of those that came from a Secret
 */
public record Values(Map<String, @Nullable Object> all, Set<ValuePath> secret) {

  public static final Values NONE = new Values(Map.of(), Set.of());

  /** What stands in the place of a secret. */
  public static final String MASK = "<masked>";

  public Values {
    secret = Set.copyOf(secret);
  }

  /** Values of which none is secret. */
  public static Values of(Map<String, @Nullable Object> all) {
    return new Values(all, Set.of());
  }

  /** A text without the secrets that it holds, be they in plain text or in base64. */
  public String hide(String text) {
    return new HiddenTexts(secretTexts()).hide(text);
  }

  /** The texts that are secret. */
  public Set<String> secretTexts() {
    Set<String> texts = new LinkedHashSet<>();
    secret.forEach(path -> path.in(all).ifPresent(value -> collect(value, texts)));
    return texts;
  }

  /** The strings and numbers within a value; of a text of several lines, also its lines. */
  static void collect(@Nullable Object value, Collection<String> texts) {
    switch (value) {
      case String text -> {
        texts.add(text);
        text.lines().map(String::strip).filter(line -> !line.isEmpty()).forEach(texts::add);
      }
      case Number number -> texts.add(number.toString());
      case Map<?, ?> map -> map.values().forEach(each -> collect(each, texts));
      case List<?> list -> list.forEach(each -> collect(each, texts));
      case null -> {}
      default -> {}
    }
  }

  /** Merges as Helm does values files: maps by their keys, all else is replaced, null stays. */
  public static Map<String, @Nullable Object> merge(
      Map<String, @Nullable Object> under, Map<String, @Nullable Object> over) {
    Map<String, @Nullable Object> merged = new LinkedHashMap<>(under);
    over.forEach(
        (name, value) ->
            merged.put(
                name,
                value instanceof Map<?, ?> && merged.get(name) instanceof Map<?, ?>
                    ? merge(mapOf(merged.get(name)), mapOf(value))
                    : value));
    return merged;
  }

  /**
   * What a chart sees: values over its defaults, where null removes a default and stays where there
   * is none, as in Helm's {@code coalesce}.
   */
  public static Map<String, @Nullable Object> over(
      Map<String, @Nullable Object> defaults, Map<String, @Nullable Object> values) {
    Map<String, @Nullable Object> seen = new LinkedHashMap<>(defaults);
    values.forEach(
        (name, value) -> {
          Object under = defaults.get(name);
          if (value == null && under != null) {
            seen.remove(name);
          } else if (value instanceof Map<?, ?> && under instanceof Map<?, ?>) {
            seen.put(name, over(mapOf(under), mapOf(value)));
          } else {
            seen.put(name, value);
          }
        });
    return seen;
  }

  /** A copy of a map, or an empty one for anything else. */
  public static Map<String, @Nullable Object> mapOf(@Nullable Object value) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    if (value instanceof Map<?, ?> map) {
      map.forEach((name, each) -> copy.put(String.valueOf(name), each));
    }
    return copy;
  }

  /** A copy of a list, or an empty one for anything else. */
  static List<@Nullable Object> listOf(@Nullable Object value) {
    return value instanceof List<?> list ? new ArrayList<>(list) : new ArrayList<>();
  }

  /** Shows none of them. */
  @Override
  public String toString() {
    return "Values[" + all.size() + "]";
  }
}
