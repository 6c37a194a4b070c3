package io.helmgate.kit.config;

import java.nio.file.Path;
import java.util.List;

/**
 * A configuration that passed every check.
 *
 * @param common the top level
 * @param section the service's own section
 * @param file where it was read
 * @param warnings what the operator should know though nothing is wrong
 * @param effective every key with its value (secrets masked) and where it came from, one a line
 */
public record Loaded<T>(
    CommonConfig common, T section, Path file, List<String> warnings, String effective) {}
