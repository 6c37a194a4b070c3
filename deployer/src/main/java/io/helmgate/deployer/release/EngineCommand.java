package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Values;
import java.util.Map;
import java.util.Optional;

/** One thing that Helm can be told to do. */
public sealed interface EngineCommand {
  ReleaseRef ref();

  /** What objects are made of, and what of it must not be told. */
  Values values();

  /**
   * Installs a chart under a free name.
   *
   * @param annotations recorded in the Chart.yaml of the revision
   * @param values none of an earlier revision are reused
   * @param planned is applied instead of what the chart gives
   */
  record Install(
      ReleaseRef ref,
      FetchedChart chart,
      Map<String, String> annotations,
      Values values,
      Optional<Rendering> planned,
      boolean createNamespace)
      implements EngineCommand {}

  /**
   * Replaces chart and values of an existing release.
   *
   * @param annotations recorded in the Chart.yaml of the revision
   * @param values none of an earlier revision are reused
   * @param planned is applied instead of what the chart gives
   */
  record Upgrade(
      ReleaseRef ref,
      FetchedChart chart,
      Map<String, String> annotations,
      Values values,
      Optional<Rendering> planned)
      implements EngineCommand {}

  /**
   * Puts a stored revision's manifest on the cluster again, as a new revision, with its rollback
   * hooks. The new revision carries a stand-in chart until {@link ReleaseStore#restore}.
   *
   * @param annotations recorded in the Chart.yaml of the stand-in
   */
  record Replay(ReleaseRef ref, StoredRevision target, Map<String, String> annotations)
      implements EngineCommand {
    @Override
    public Values values() {
      return target.revision().given();
    }
  }

  /**
   * Deletes a release's objects, without running its delete hooks.
   *
   * @param keepHistory leaves its records
   */
  record Uninstall(ReleaseRef ref, boolean keepHistory, Propagation propagation)
      implements EngineCommand {
    public Uninstall(ReleaseRef ref) {
      this(ref, false, Propagation.BACKGROUND);
    }

    @Override
    public Values values() {
      return Values.NONE;
    }
  }
}
