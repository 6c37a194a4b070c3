/**
 * Operations: writes that go on after their call, that any replica can tell of, and of which one at
 * a time works on a release.
 *
 * <p>In go writes of callers; out go records of what became of them. {@code Operations} starts
 * them, {@code RunningOperation} carries one out under its lock, {@code Recovery} ends those whose
 * replica has died. Knows the domain of releases and ports of its own; no transport, no Kubernetes
 * type and no JSON library.
 */
@NullMarked
package io.helmgate.deployer.operation;

import org.jspecify.annotations.NullMarked;
