/**
 * Clients of the API as its users have them: one interface, three transports, plain libraries.
 *
 * <p>They know nothing of the services' code: gRPC stubs and JSON only.
 */
@NullMarked
package io.helmgate.e2e.client;

import org.jspecify.annotations.NullMarked;
