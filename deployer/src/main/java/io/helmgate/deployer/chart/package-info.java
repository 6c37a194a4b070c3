/**
 * Charts from the configured repositories: their indexes, kept and searched in memory; their
 * archives, fetched, checked and kept on disk. Names and versions come in, checked archives and
 * metadata go out. Knows neither the cluster nor Helm's library.
 */
@NullMarked
package io.helmgate.deployer.chart;

import org.jspecify.annotations.NullMarked;
