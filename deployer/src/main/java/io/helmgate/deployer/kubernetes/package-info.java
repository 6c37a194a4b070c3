/**
 * The Kubernetes API as the deployer uses it: release Secrets, readiness of objects, delete hooks,
 * namespaces and the version probe, each call impersonating the caller. Domain records come in,
 * outcomes go out; nothing here acts with the service's own rights. Knows neither transports nor
 * Helm's library.
 */
@NullMarked
package io.helmgate.deployer.kubernetes;

import org.jspecify.annotations.NullMarked;
