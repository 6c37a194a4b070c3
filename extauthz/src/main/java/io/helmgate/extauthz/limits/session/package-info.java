/**
 * How many sessions are in use at a time.
 *
 * <p>In goes a verified token; out comes whether its session may go on.
 */
@NullMarked
package io.helmgate.extauthz.limits.session;

import org.jspecify.annotations.NullMarked;
