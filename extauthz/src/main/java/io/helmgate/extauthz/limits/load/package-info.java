/**
 * The service's own time: how many requests may wait to be worked on.
 *
 * <p>In goes that a request came, and later that work on it began; out comes whether it may wait.
 * It knows no request.
 */
@NullMarked
package io.helmgate.extauthz.limits.load;

import org.jspecify.annotations.NullMarked;
