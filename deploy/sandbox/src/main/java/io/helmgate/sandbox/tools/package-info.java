/**
 * Builds or unpacks the third-party programs that the sandbox runs.
 *
 * <p>In: the lock files under {@code deploy/sandbox/tools}. Out: programs in a cache outside the
 * checkout, and links to them in {@code .tools}. Knows nothing outside the JDK, not even the rest
 * of the sandbox, because it runs from source before anything is compiled.
 */
@NullMarked
package io.helmgate.sandbox.tools;

import org.jspecify.annotations.NullMarked;
