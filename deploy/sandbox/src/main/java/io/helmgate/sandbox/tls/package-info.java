/**
 * Certificates of one sandbox.
 *
 * <p>In: names. Out: PEM files signed by an authority that exists as long as the sandbox. Knows no
 * server that uses them.
 */
@NullMarked
package io.helmgate.sandbox.tls;

import org.jspecify.annotations.NullMarked;
