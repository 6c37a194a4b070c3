/** Load from outside, and what it costs on both sides. */
@NullMarked
package io.helmgate.bench.load;

import org.jspecify.annotations.NullMarked;
