package io.helmgate.deployer.catalog;

import java.util.Optional;

/**
 * Selects charts.
 *
 * @param repository empty: all
 * @param search words, or an RE2 regular expression; empty fits all
 * @param regex which of the two
 * @param allVersions instead of the newest of each chart
 * @param preReleases whether they count
 */
public record ChartQuery(
    Optional<String> repository,
    String search,
    boolean regex,
    boolean allVersions,
    boolean preReleases) {}
