/**
 * Who the caller is, by the JSON Web Token of the request.
 *
 * <p>In goes a request; out comes what is known of the caller ({@link
 * io.helmgate.extauthz.token.Authentication}). Order of checks, statuses and texts are those of
 * Envoy's jwt_authn filter, so that putting this service in its place changes no reply; where it is
 * stricter, {@link io.helmgate.extauthz.token.Jwt} says so. The configuration of a provider follows
 * kgateway's {@code GatewayExtension.spec.jwt}. Nothing here knows policies or API calls.
 */
@NullMarked
package io.helmgate.extauthz.token;

import org.jspecify.annotations.NullMarked;
