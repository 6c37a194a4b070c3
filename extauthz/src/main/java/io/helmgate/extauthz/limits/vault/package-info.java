/**
 * Secrets that upstreams want and clients never hold.
 *
 * <p>In go secrets by name, from files; out they come for the one request that a policy lets use
 * them. They are in memory only and their number is bounded.
 */
@NullMarked
package io.helmgate.extauthz.limits.vault;

import org.jspecify.annotations.NullMarked;
