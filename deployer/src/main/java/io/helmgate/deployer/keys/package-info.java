/**
 * The public keys of who signs assertions, fetched.
 *
 * <p>In goes a TLS URL; out comes the JWK set that was read last. Knows HTTP, not assertions.
 */
@NullMarked
package io.helmgate.deployer.keys;

import org.jspecify.annotations.NullMarked;
