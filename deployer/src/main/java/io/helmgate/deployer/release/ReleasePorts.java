package io.helmgate.deployer.release;

/** All that the use cases on releases need from outside. */
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
    PlanStore plans) {}
