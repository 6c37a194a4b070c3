/**
 * Sets up where log events go and what they look like.
 *
 * <p>In go the format and the level directives of the configuration; out come events on standard
 * output, one a line in JSON or easy to read. It alone knows logback; everything else logs by
 * SLF4J.
 */
@NullMarked
package io.helmgate.kit.log;

import org.jspecify.annotations.NullMarked;
