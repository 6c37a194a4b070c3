/**
 * Asks candidate policies what they would have decided.
 *
 * <p>In go the trails of decisions that are made ({@link
 * io.helmgate.extauthz.shadow.ShadowPolicies}); out come counters and log lines about those where
 * the candidate differs. Nothing here can delay or change a decision.
 */
@NullMarked
package io.helmgate.extauthz.shadow;

import org.jspecify.annotations.NullMarked;
