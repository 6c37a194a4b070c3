/**
 * Values of charts: JSON as plain {@code Map}, {@code List}, {@code String}, {@code Number}, {@code
 * Boolean} and null.
 *
 * <p>In goes what a request says about values; out go merged values that know which of them are
 * secret, and texts and values with those masked. Knows nothing of releases, charts or the cluster.
 */
@NullMarked
package io.helmgate.deployer.values;

import org.jspecify.annotations.NullMarked;
