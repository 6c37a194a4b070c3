/**
 * Puts recorded decisions to other policies.
 *
 * <p>In go lines of decision logs and the policies of a candidate configuration; out comes which
 * verdicts would be others. What the record does not hold is never made up.
 */
@NullMarked
package io.helmgate.extauthz.replay;

import org.jspecify.annotations.NullMarked;
