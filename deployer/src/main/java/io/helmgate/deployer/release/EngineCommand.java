package io.helmgate.deployer.release;

import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One thing that Helm can be told to do. */
public sealed interface EngineCommand {
  ReleaseRef ref();

  /**
   * Installs a chart under a free name.
   *
   * @param annotations recorded in the Chart.yaml of the revision
   * @param values as in {@link DeployRequest}
   */
  record Install(
      ReleaseRef ref,
      FetchedChart chart,
      Map<String, String> annotations,
      Optional<Map<String, @Nullable Object>> values,
      boolean createNamespace)
      implements EngineCommand {}

  /**
   * Replaces chart and values of an existing release.
   *
   * @param annotations recorded in the Chart.yaml of the revision
   * @param values as in {@link DeployRequest}
   */
  record Upgrade(
      ReleaseRef ref,
      FetchedChart chart,
      Map<String, String> annotations,
      Optional<Map<String, @Nullable Object>> values)
      implements EngineCommand {}

  /**
   * Puts a stored revision's manifest on the cluster again, as a new revision, with its rollback
   * hooks. The new revision carries a stand-in chart until {@link ReleaseStore#restore}.
   *
   * @param annotations recorded in the Chart.yaml of the stand-in
   */
  record Replay(ReleaseRef ref, StoredRevision target, Map<String, String> annotations)
      implements EngineCommand {}

  /**
   * Deletes a release's objects, without running its delete hooks.
   *
   * @param keepHistory leaves its records
   */
  record Uninstall(ReleaseRef ref, boolean keepHistory) implements EngineCommand {
    public Uninstall(ReleaseRef ref) {
      this(ref, false);
    }
  }
}
