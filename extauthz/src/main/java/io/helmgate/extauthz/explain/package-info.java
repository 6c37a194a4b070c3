/**
 * Tells how one request was decided, for people.
 *
 * <p>In go the {@link io.helmgate.extauthz.profile.Trail} of a decision, what policies said, and
 * the reply to Envoy; out comes text or JSON. Secrets are masked unless they are asked for.
 */
@NullMarked
package io.helmgate.extauthz.explain;

import org.jspecify.annotations.NullMarked;
