/**
 * The way of a request through its profile.
 *
 * <p>In goes a request; a profile is chosen, the caller found out, the calls decoded, each call put
 * to the policy, and the answers united; out comes a {@link io.helmgate.extauthz.decision.Ruling}
 * and a {@link io.helmgate.extauthz.profile.Trail} for the record. Every step either goes on or
 * ends with a decision that lets nothing pass. Nothing here knows Envoy.
 */
@NullMarked
package io.helmgate.extauthz.profile;

import org.jspecify.annotations.NullMarked;
