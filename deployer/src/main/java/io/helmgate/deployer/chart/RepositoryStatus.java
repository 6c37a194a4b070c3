package io.helmgate.deployer.chart;

import java.time.Instant;

/**
 * How a repository is.
 *
 * @param usable whether an index was ever read
 * @param checked when its index was last asked for
 * @param problem what went wrong then; empty when nothing did
 */
public record RepositoryStatus(String name, boolean usable, Instant checked, String problem) {}
