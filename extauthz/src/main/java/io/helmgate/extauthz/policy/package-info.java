/**
 * Decides a request by Rego, in this process.
 *
 * <p>In goes the input document as JSON ({@link io.helmgate.extauthz.policy.Policy}); out comes an
 * allow or a deny with its effects, or why there is none ({@link
 * io.helmgate.extauthz.policy.PolicyOutcome}). {@link io.helmgate.extauthz.policy.LivePolicy} keeps
 * the policy up to date with its files. Nothing here knows Envoy, tokens or what the input means.
 */
@NullMarked
package io.helmgate.extauthz.policy;

import org.jspecify.annotations.NullMarked;
