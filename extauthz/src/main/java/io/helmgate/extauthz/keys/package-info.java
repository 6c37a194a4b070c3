/**
 * The public keys of identity providers.
 *
 * <p>In goes what a token's header says of its key; out come the keys that may have signed it, or
 * why they cannot be had ({@link io.helmgate.extauthz.keys.KeyLookup}). A remote key set is kept
 * fresh in the background, so that a request waits for a fetch only when it needs a key that nobody
 * has seen yet. Nothing here knows claims, HTTP requests or policies.
 */
@NullMarked
package io.helmgate.extauthz.keys;

import org.jspecify.annotations.NullMarked;
