/**
 * How a refusal is told to the client.
 *
 * <p>In goes why a request is refused; out comes status, challenge and body in the style of its
 * profile. A policy's own reply is never changed here, and nothing here decides.
 */
@NullMarked
package io.helmgate.extauthz.reply;

import org.jspecify.annotations.NullMarked;
