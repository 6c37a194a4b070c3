/** Turns numbers of several rounds into figures, a table and a file. */
@NullMarked
package io.helmgate.bench.result;

import org.jspecify.annotations.NullMarked;
