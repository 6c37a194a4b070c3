/**
 * Stands before every transport: what it lets through is the call that was authorised.
 *
 * <p>In goes an HTTP request; it is decoded ({@code io.helmgate.kit.call}), the assertion of
 * extauthz is verified and compared with the decoded calls, and on goes the request with its {@link
 * io.helmgate.deployer.gate.AuthorizedRequest}. Knows HTTP and the assertion, not what calls mean.
 */
@NullMarked
package io.helmgate.deployer.gate;

import org.jspecify.annotations.NullMarked;
