package io.helmgate.deployer.release;

import io.helmgate.deployer.values.Masks;

/**
 * All that the use cases on releases need from outside.
 *
 * @param masks hide values in what is said of failures, since the API server repeats objects there
 */
public record ReleasePorts(
    Cluster cluster,
    ReleaseStore store,
    HelmEngine engine,
    ChartSource charts,
    ObjectReadiness readiness,
    HookRunner hooks,
    LiveObjects live,
    ValuesSource values,
    ValuesSchema schema,
    Rehearsal rehearsal,
    PlanStore plans,
    Masks masks) {}
