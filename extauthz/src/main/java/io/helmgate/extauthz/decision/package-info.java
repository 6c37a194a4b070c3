/**
 * What is asked and what is answered, in plain Java.
 *
 * <p>In goes a request as Envoy saw it ({@link io.helmgate.extauthz.decision.AuthRequest}); out
 * comes one of four answers ({@link io.helmgate.extauthz.decision.Decision}). Denied, throttled,
 * unavailable and broken are different things to a client, so they are different types or reasons
 * here. This package knows no gRPC, Envoy, JSON or JOSE type.
 */
@NullMarked
package io.helmgate.extauthz.decision;

import org.jspecify.annotations.NullMarked;
