/**
 * Reads {@code helmgate.yaml} and the environment into records, or says everything that is wrong.
 *
 * <p>In go a file, the environment and the JSON Schemas of the top level and of one section; out
 * comes a {@link io.helmgate.kit.config.Loaded} or an {@link
 * io.helmgate.kit.config.InvalidConfigException} with every problem. The schemas hold all rules,
 * defaults and descriptions; the records only carry what was found. The package knows no service.
 */
@NullMarked
package io.helmgate.kit.config;

import org.jspecify.annotations.NullMarked;
