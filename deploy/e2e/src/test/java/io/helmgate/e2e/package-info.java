/**
 * Tests of the whole system: a real client, through a real Envoy, to a real Kubernetes API.
 *
 * <p>They look at results with helm, kubectl and grpcurl, and know the services by their ports
 * only.
 */
@NullMarked
package io.helmgate.e2e;

import org.jspecify.annotations.NullMarked;
