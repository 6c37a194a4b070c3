package io.helmgate.deployer.diff;

import io.helmgate.deployer.values.Canonical;
import io.helmgate.deployer.values.ValuePath;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Where two JSON values differ. */
public final class FieldDiff {
  private static final int MAX = 500;

  private final List<ValuePath> changed = new ArrayList<>();

  private FieldDiff() {}

  /** The places of values that are not the same, 500 at most. */
  public static List<ValuePath> between(
      Map<String, @Nullable Object> before, Map<String, @Nullable Object> after) {
    FieldDiff diff = new FieldDiff();
    diff.compare(ValuePath.ROOT, before, after);
    return List.copyOf(diff.changed);
  }

  private void compare(ValuePath path, @Nullable Object before, @Nullable Object after) {
    if (before instanceof Map<?, ?> old && after instanceof Map<?, ?> now) {
      Set<Object> names = new LinkedHashSet<>(old.keySet());
      names.addAll(now.keySet());
      for (Object name : names) {
        compare(path.key(String.valueOf(name)), old.get(name), now.get(name));
      }
    } else if (before instanceof List<?> old && after instanceof List<?> now) {
      for (int i = 0; i < Math.max(old.size(), now.size()); i++) {
        compare(
            path.index(i), i < old.size() ? old.get(i) : null, i < now.size() ? now.get(i) : null);
      }
    } else if (changed.size() < MAX && !Canonical.of(before).equals(Canonical.of(after))) {
      changed.add(path);
    }
  }
}
