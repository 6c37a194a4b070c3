/**
 * Programs as child processes that never outlive the sandbox.
 *
 * <p>In: a command line, a log file, a sign of readiness. Out: a running server that can be stopped
 * and started again. Knows no particular program.
 */
@NullMarked
package io.helmgate.sandbox.process;

import org.jspecify.annotations.NullMarked;
