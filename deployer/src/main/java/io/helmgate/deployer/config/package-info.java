/**
 * The section {@code deployer} of {@code helmgate.yaml}.
 *
 * <p>In goes the file, through {@code io.helmgate.kit.config}; out go records. Knows no other part
 * of the deployer.
 */
@NullMarked
package io.helmgate.deployer.config;

import org.jspecify.annotations.NullMarked;
