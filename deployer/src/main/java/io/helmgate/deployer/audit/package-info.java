/**
 * What was done, for those who look later.
 *
 * <p>In go the facts of each executed call; out goes one record to each sink. Knows no transport
 * and no values: of those only a digest.
 */
@NullMarked
package io.helmgate.deployer.audit;

import org.jspecify.annotations.NullMarked;
