/**
 * Server-sent events, as REST and GraphQL stream.
 *
 * <p>In go events; out goes one response that ends with them. Knows Armeria, no event's content.
 */
@NullMarked
package io.helmgate.deployer.sse;

import org.jspecify.annotations.NullMarked;
