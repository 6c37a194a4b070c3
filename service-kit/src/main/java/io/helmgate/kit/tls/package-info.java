/**
 * Mutual TLS between the parts.
 *
 * <p>In go PEM files and the names that a peer may have; out come key and trust managers for any
 * TLS server or client. Files that change are read again. The package knows no protocol above TLS.
 */
@NullMarked
package io.helmgate.kit.tls;

import org.jspecify.annotations.NullMarked;
