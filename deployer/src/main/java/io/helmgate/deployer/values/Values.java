package io.helmgate.deployer.values;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collection;
import java.util.Comparator;
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

  /** Shorter secrets are too common in texts to be looked for there. */
  static final int MIN_HIDDEN = 4;

  public Values {
    secret = Set.copyOf(secret);
  }

  /** Values of which none is secret. */
  public static Values of(Map<String, @Nullable Object> all) {
    return new Values(all, Set.of());
  }

  /** A text without the secrets that it holds, be they in plain text or in base64. */
  public String hide(String text) {
    return hide(text, secretTexts());
  }

  /**
   * A text without others that it holds.
   *
   * @param secrets longest first
   */
  static String hide(String text, List<String> secrets) {
    String hidden = text;
    for (String each : secrets) {
      if (each.length() >= MIN_HIDDEN) {
        for (String form : forms(each)) {
          hidden = hidden.replace(form, MASK);
        }
      }
    }
    return hidden;
  }

  /** A text as it stands in others: as it is, in JSON (also as Go writes that), in base64. */
  private static Set<String> forms(String text) {
    String json =
        text.replace("\\", "\\\\")
            .replace("\"", "\\\"")
            .replace("\n", "\\n")
            .replace("\r", "\\r")
            .replace("\t", "\\t");
    String go = json.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026");
    return new LinkedHashSet<>(List.of(text, go, json, base64(text)));
  }

  /** The texts that are secret, longest first. */
  public List<String> secretTexts() {
    Set<String> texts = new LinkedHashSet<>();
    secret.forEach(path -> path.in(all).ifPresent(value -> collect(value, texts)));
    return texts.stream().sorted(Comparator.comparingInt(String::length).reversed()).toList();
  }

  private static String base64(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
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

  /** What a chart sees: values over its defaults, where null removes a default. */
  public static Map<String, @Nullable Object> over(
      Map<String, @Nullable Object> defaults, Map<String, @Nullable Object> values) {
    return withoutNulls(merge(defaults, values));
  }

  private static Map<String, @Nullable Object> withoutNulls(Map<String, @Nullable Object> values) {
    Map<String, @Nullable Object> kept = new LinkedHashMap<>();
    values.forEach(
        (name, value) -> {
          if (value instanceof Map<?, ?>) {
            kept.put(name, withoutNulls(mapOf(value)));
          } else if (value != null) {
            kept.put(name, value);
          }
        });
    return kept;
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
