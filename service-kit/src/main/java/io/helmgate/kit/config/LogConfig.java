package io.helmgate.kit.config;

import io.helmgate.kit.log.LogFormat;

/**
 * Section {@code log}.
 *
 * @param level directives such as {@code info,io.helmgate=debug}
 */
public record LogConfig(LogFormat format, String level) {}
