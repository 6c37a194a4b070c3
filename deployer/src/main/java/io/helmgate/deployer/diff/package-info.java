/**
 * Differences: of JSON values field by field, of texts line by line.
 *
 * <p>In go two of a kind, out go changes for a person to read. Knows nothing of releases.
 */
@NullMarked
package io.helmgate.deployer.diff;

import org.jspecify.annotations.NullMarked;
