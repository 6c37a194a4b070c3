/**
 * The one port: TLS, limits, routes, and what is answered when no service answers.
 *
 * <p>In go the services of the transports and the gate; out goes a running server. Knows Armeria.
 */
@NullMarked
package io.helmgate.deployer.server;

import org.jspecify.annotations.NullMarked;
