package io.helmgate.deployer.release;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * Differences that do not count.
 *
 * @param paths the reference tokens of JSON pointers (RFC 6901) into the objects
 * @param kind of the objects; empty: all
 * @param name of the object; empty: all
 */
public record DriftIgnore(List<List<String>> paths, String kind, String name) {
  public DriftIgnore {
    paths = paths.stream().map(List::copyOf).toList();
  }

  /** An object of this name without what does not count. */
  Map<String, @Nullable Object> strip(String objectName, Map<String, @Nullable Object> object) {
    boolean meant =
        (kind.isEmpty() || kind.equals(object.get("kind")))
            && (name.isEmpty() || name.equals(objectName));
    Map<String, @Nullable Object> stripped = object;
    if (meant) {
      for (List<String> path : paths) {
        stripped = without(stripped, path);
      }
    }
    return stripped;
  }

  private static Map<String, @Nullable Object> without(
      Map<String, @Nullable Object> map, List<String> path) {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>(map);
    String token = path.getFirst();
    if (path.size() == 1) {
      copy.remove(token);
    } else {
      copy.computeIfPresent(token, (_, value) -> below(value, path.subList(1, path.size())));
    }
    return copy;
  }

  @SuppressWarnings("unchecked")
  private static Object below(Object value, List<String> path) {
    return switch (value) {
      case Map<?, ?> map -> without((Map<String, @Nullable Object>) map, path);
      case List<?> list when path.getFirst().matches("0|[1-9][0-9]{0,5}") -> {
        int index = Integer.parseInt(path.getFirst());
        List<@Nullable Object> copy = new ArrayList<>(list);
        if (index < copy.size()) {
          Object element = copy.get(index);
          // What follows keeps its place.
          copy.set(
              index,
              path.size() == 1 || element == null
                  ? null
                  : below(element, path.subList(1, path.size())));
        }
        yield copy;
      }
      default -> value;
    };
  }
}
