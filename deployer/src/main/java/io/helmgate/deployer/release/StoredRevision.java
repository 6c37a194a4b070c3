package io.helmgate.deployer.release;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * A revision with all that is needed to put it on the cluster again.
 *
 * @param manifest the rendered documents without hooks
 * @param chartMetadata Chart.yaml as JSON values
 * @param chartValues the chart's default values as JSON values
 */
public record StoredRevision(
    ReleaseRevision revision,
    String manifest,
    List<HelmHook> hooks,
    Map<String, @Nullable Object> chartMetadata,
    Map<String, @Nullable Object> chartValues) {
  public StoredRevision {
    hooks = List.copyOf(hooks);
  }
}
