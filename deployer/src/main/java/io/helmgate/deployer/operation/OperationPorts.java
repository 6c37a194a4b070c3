package io.helmgate.deployer.operation;

import io.helmgate.deployer.release.Cluster;
import io.helmgate.deployer.release.ReleaseStore;
import io.helmgate.deployer.release.Writes;

/** All that operations need from outside. */
public record OperationPorts(
    Cluster cluster,
    ReleaseStore releases,
    Writes writes,
    OperationStore store,
    ReleaseLocks locks,
    OperationObserver observer) {}
