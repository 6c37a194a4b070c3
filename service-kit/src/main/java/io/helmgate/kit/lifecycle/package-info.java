/**
 * Starts a service from its command line and stops it in order.
 *
 * <p>In go arguments, environment and a {@link io.helmgate.kit.lifecycle.ServiceDefinition}; out
 * comes an exit code once the service has ended. The package knows configuration and logging, but
 * nothing of what a service does.
 */
@NullMarked
package io.helmgate.kit.lifecycle;

import org.jspecify.annotations.NullMarked;
