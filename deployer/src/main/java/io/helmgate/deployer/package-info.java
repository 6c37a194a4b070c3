/**
 * Helm as an API: the process, put together of its parts.
 *
 * <p>A request goes {@code gate} → {@code grpc}, {@code rest}, {@code graphql} → {@code dispatch} →
 * {@code release} → {@code helm}, {@code kubernetes}, {@code chart}; {@code server} holds the port.
 */
@NullMarked
package io.helmgate.deployer;

import org.jspecify.annotations.NullMarked;
