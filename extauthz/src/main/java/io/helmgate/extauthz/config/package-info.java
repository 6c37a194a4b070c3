/**
 * Section {@code extauthz} of {@code helmgate.yaml}.
 *
 * <p>The schema {@code helmgate/config/extauthz.schema.json} holds keys, types, defaults and
 * descriptions; the records here carry the values, and {@link
 * io.helmgate.extauthz.config.ConfigRules} checks what concerns several keys. Own keys are in
 * snake_case, those of kgateway in its camelCase. Nothing here starts anything.
 */
@NullMarked
package io.helmgate.extauthz.config;

import org.jspecify.annotations.NullMarked;
