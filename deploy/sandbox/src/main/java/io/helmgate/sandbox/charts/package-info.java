/**
 * A chart repository that any HTTP server could be.
 *
 * <p>In: the example chart's source. Out: an index and packaged charts at a URL.
 */
@NullMarked
package io.helmgate.sandbox.charts;

import org.jspecify.annotations.NullMarked;
