package io.helmgate.deployer.cluster;

import java.time.Duration;
import java.time.Instant;

/**
 * A cluster, as one caller found it.
 *
 * @param reachable whether its API server answers
 * @param admitsCaller whether it lets the service act for the caller
 * @param version of the server; unknown when it is not reachable
 * @param checked when it was asked
 * @param latency how long it took to answer, or to be given up
 * @param error why it is not reachable, does not admit the caller, or takes no writes; empty when
 *     all is well
 */
public record ClusterInfo(
    String name,
    boolean reachable,
    boolean admitsCaller,
    ServerVersion version,
    Instant checked,
    Duration latency,
    String error) {}
