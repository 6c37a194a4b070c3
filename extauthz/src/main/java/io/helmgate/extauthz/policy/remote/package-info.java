/**
 * Asks an OPA server instead of evaluating a policy in this process.
 *
 * <p>In goes the input document; out comes the outcome of the server's answer, or a failure ({@link
 * io.helmgate.extauthz.policy.remote.RemoteOpaPolicy}).
 */
@NullMarked
package io.helmgate.extauthz.policy.remote;

import org.jspecify.annotations.NullMarked;
