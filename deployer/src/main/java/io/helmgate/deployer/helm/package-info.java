/**
 * Helm itself: the native library of helm-java behind {@link
 * io.helmgate.deployer.release.HelmEngine}, the temporary files of each call, and the meaning of
 * Helm's error texts. Engine commands come in, outcomes go out; what Helm did is read from its
 * records elsewhere.
 */
@NullMarked
package io.helmgate.deployer.helm;

import org.jspecify.annotations.NullMarked;
