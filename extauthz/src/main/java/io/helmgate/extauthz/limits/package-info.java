/**
 * What a caller may use up: calls per minute ({@code rate}), sessions ({@code session}), places for
 * secrets ({@code vault}) and the service's own time ({@code load}).
 *
 * <p>In goes a request with what is known of its caller; out comes an {@link
 * io.helmgate.extauthz.limits.Admission}. Nothing here knows Envoy or decides by rules: that is the
 * policy's part.
 */
@NullMarked
package io.helmgate.extauthz.limits;

import org.jspecify.annotations.NullMarked;
