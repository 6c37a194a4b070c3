/**
 * Clients of {@code helmgate.deployer.v1} on every transport, made of its descriptors: for tests of
 * the deployer alone and of the whole system.
 */
@NullMarked
package io.helmgate.kit.client;

import org.jspecify.annotations.NullMarked;
