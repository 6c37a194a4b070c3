package io.helmgate.extauthz.policy;

import java.time.Instant;
import java.util.Optional;

/**
 * How a live policy is doing, for readiness and metrics.
 *
 * @param revision what is in force; empty when nothing is yet
 * @param lastChange when that came into force; empty when nothing is yet
 * @param loads versions that came into force since the start, the first included
 * @param lastError what is wrong with the newest version of the files, empty once they are good;
 *     while it is set an older version is in force
 * @param lastErrorAt when that was found
 * @param errors versions refused since the start
 * @param running evaluations under way
 * @param discardedInstances instances thrown away since the revision came into force, for a fault
 *     or for their memory
 */
public record PolicyStatus(
    String revision,
    Optional<Instant> lastChange,
    long loads,
    Optional<String> lastError,
    Optional<Instant> lastErrorAt,
    long errors,
    int running,
    long discardedInstances) {}
