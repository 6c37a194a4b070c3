/**
 * Envoy's side: the gRPC service {@code envoy.service.auth.v3.Authorization}.
 *
 * <p>In goes a {@code CheckRequest}, out comes a {@code CheckResponse}; between them requests and
 * decisions of {@link io.helmgate.extauthz.decision}. This is the only package that knows Envoy's
 * types. Whatever goes wrong, the answer lets nothing pass.
 */
@NullMarked
package io.helmgate.extauthz.check;

import org.jspecify.annotations.NullMarked;
