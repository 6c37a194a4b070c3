/**
 * Helmgate's own services, started as they ship.
 *
 * <p>In: a service's {@code target/dist}, a configuration. Out: a running process. Shares no code
 * with the services.
 */
@NullMarked
package io.helmgate.sandbox.service;

import org.jspecify.annotations.NullMarked;
