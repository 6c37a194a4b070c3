package io.helmgate.deployer.release;

import io.helmgate.deployer.release.Preflight.Effect;
import io.helmgate.deployer.values.Values;
import java.util.List;

/**
 * How objects on the cluster differ from the revision that they belong to.
 *
 * @param revision the newest
 * @param values what the objects were made of
 * @param effects what would put back those that differ, without what does not count
 * @param doubts what could not be tried
 */
public record Drift(
    ReleaseRef ref, int revision, Values values, List<Effect> effects, List<String> doubts) {}
