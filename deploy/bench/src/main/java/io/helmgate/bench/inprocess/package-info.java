/** Measures decisions without a network, by JMH. */
@NullMarked
package io.helmgate.bench.inprocess;

import org.jspecify.annotations.NullMarked;
