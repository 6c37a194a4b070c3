package io.helmgate.deployer.release;

/**
 * A chart that another chart needs.
 *
 * @param version a version or SemVer range
 * @param repository a repository URL or {@code @alias}; empty when the chart is bundled
 */
public record ChartDependency(String name, String version, String repository) {}
