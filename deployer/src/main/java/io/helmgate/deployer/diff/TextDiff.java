package io.helmgate.deployer.diff;

import com.github.difflib.DiffUtils;
import com.github.difflib.UnifiedDiffUtils;
import java.util.List;

/** Unified diffs. */
public final class TextDiff {
  private static final int CONTEXT = 3;
  private static final int MAX_LINES = 5000;

  private TextDiff() {}

  /**
   * A unified diff; empty when there is none.
   *
   * @param name of what is compared, for the head
   */
  public static String between(String name, String before, String after) {
    List<String> old = before.lines().toList();
    List<String> now = after.lines().toList();
    if (old.equals(now)) {
      return "";
    }
    if (old.size() + now.size() > MAX_LINES) {
      return "# not shown: more than " + MAX_LINES + " lines\n";
    }
    return String.join(
            "\n",
            UnifiedDiffUtils.generateUnifiedDiff(
                "a/" + name, "b/" + name, old, DiffUtils.diff(old, now), CONTEXT))
        + "\n";
  }
}
