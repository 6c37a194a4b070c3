/**
 * The real Envoy, on the bootstrap file that ships.
 *
 * <p>In: {@code deploy/envoy/envoy.yaml}, this machine's ports and paths. Out: a TLS address.
 * Changes nothing else of the file.
 */
@NullMarked
package io.helmgate.sandbox.gateway;

import org.jspecify.annotations.NullMarked;
