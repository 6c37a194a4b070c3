/**
 * Decodes an HTTP request into the calls that it makes, the same way wherever it runs.
 *
 * <p>In goes a complete request ({@link io.helmgate.kit.call.HttpCallRequest}); out comes the list
 * of calls or the reason why the request is refused ({@link io.helmgate.kit.call.Decoding}).
 * extauthz decides on these calls and the deployer executes these calls, so both must read a
 * request alike; {@link io.helmgate.kit.call.CallDigest} lets one prove to the other that it did.
 * All rules come from descriptors ({@code google.api.http}, {@code helmgate.graphql.v1.graphql})
 * and the GraphQL SDL: this package knows no service by name.
 */
@NullMarked
package io.helmgate.kit.call;

import org.jspecify.annotations.NullMarked;
