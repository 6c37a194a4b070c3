package io.helmgate.deployer.release;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a chart gives with some values.
 *
 * @param manifest the objects as one text, without hooks
 * @param objects those of the manifest
 * @param hooks with their own annotation
 * @param definitions the CustomResourceDefinitions that only an installation creates
 * @param notes the rendered NOTES.txt
 * @param doubts why Helm may render something else: random values, looks at the cluster, hooks that
 *     cannot be seen; empty when it cannot
 */
public record Rendering(
    String manifest,
    List<Map<String, @Nullable Object>> objects,
    List<HelmHook> hooks,
    List<Map<String, @Nullable Object>> definitions,
    String notes,
    List<String> doubts) {

  /** How the doubts begin by which hooks may be missing here that Helm would run. */
  public static final String HOOKS_UNSEEN = "hooks not checked: ";

  public Rendering {
    objects = List.copyOf(objects);
    hooks = List.copyOf(hooks);
    definitions = List.copyOf(definitions);
    doubts = List.copyOf(doubts);
  }

  /** Whether these are all hooks; if not, they cannot stand for the chart. */
  boolean hooksSeen() {
    return doubts.stream().noneMatch(doubt -> doubt.startsWith(HOOKS_UNSEEN));
  }
}
