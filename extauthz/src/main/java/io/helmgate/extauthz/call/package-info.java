/**
 * Which API calls a request makes.
 *
 * <p>In goes a request; out come its calls as {@link io.helmgate.kit.call} decodes them, in the
 * form in which policies see them ({@link io.helmgate.extauthz.call.ApiCalls}), or the reply to a
 * request that may not be executed. It adds only what Envoy's side needs: a body that did not
 * arrive whole is never decoded.
 */
@NullMarked
package io.helmgate.extauthz.call;

import org.jspecify.annotations.NullMarked;
