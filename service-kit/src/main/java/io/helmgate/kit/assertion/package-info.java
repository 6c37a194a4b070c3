/**
 * The signed statement by which extauthz tells an upstream who calls and what was allowed.
 *
 * <p>A JWS ({@code typ: helmgate-assertion+jwt}, ES256 or EdDSA) in the header {@code
 * x-helmgate-assertion}: extauthz signs it, the deployer verifies it. The package knows JOSE and
 * time, nothing of HTTP.
 */
@NullMarked
package io.helmgate.kit.assertion;

import org.jspecify.annotations.NullMarked;
