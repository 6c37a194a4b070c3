/**
 * A real identity provider with a realm for the sandbox's users.
 *
 * <p>In: an installed Keycloak. Out: tokens, good and bad, and control over its signing keys. Knows
 * nothing of who reads the tokens.
 */
@NullMarked
package io.helmgate.sandbox.identity;

import org.jspecify.annotations.NullMarked;
