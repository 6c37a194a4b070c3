/**
 * What operators ask a service: metrics, health, readiness, version.
 *
 * <p>The parts of a service report named conditions and metrics; this package serves them over HTTP
 * on the admin port. It shows no configuration and changes nothing.
 */
@NullMarked
package io.helmgate.kit.admin;

import org.jspecify.annotations.NullMarked;
