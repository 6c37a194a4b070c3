/**
 * Benchmarks: what extauthz costs beside a server that does nothing, beside OPA and beside Envoy's
 * own filters, all measured in one run.
 *
 * <p>{@code scene} makes keys, tokens, policies and requests; {@code server} starts what is
 * measured, each a process of its own; {@code load} sends; {@code inprocess} measures without a
 * network; {@code result} compares and writes.
 */
@NullMarked
package io.helmgate.bench;

import org.jspecify.annotations.NullMarked;
