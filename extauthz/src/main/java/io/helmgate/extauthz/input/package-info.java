/**
 * The document that policies see as {@code input}.
 *
 * <p>In go the request, what is known of the caller and one call; out comes JSON. It holds what
 * policies of upstream helmgate read ({@code claims}, {@code headers}, {@code request}, {@code
 * method}), what policies of opa-envoy-plugin read ({@code attributes}, {@code parsed_path} and so
 * on), and {@code jwt}, {@code profile}, {@code call} and {@code header_values} on top.
 */
@NullMarked
package io.helmgate.extauthz.input;

import org.jspecify.annotations.NullMarked;
