package io.helmgate.extauthz.policy;

import io.helmgate.extauthz.policy.source.PolicySource;
import io.helmgate.extauthz.policy.source.RegoVersion;
import io.helmgate.extauthz.policy.wasm.EngineLimits;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Which policy to run, and how.
 *
 * @param source where it is
 * @param query a ground {@code data.} reference, such as {@code data.helmgate.authz.allow}
 * @param version the syntax of the Rego text
 * @param opa the {@code opa} program
 * @param compileDeadline how long one run of {@code opa} may take
 * @param pollInterval how often files are looked at for changes
 * @param limits what evaluations may use
 */
public record PolicyConfig(
    PolicySource source,
    String query,
    RegoVersion version,
    Path opa,
    Duration compileDeadline,
    Duration pollInterval,
    EngineLimits limits) {

  /** Upstream's default of {@code rego_query}. */
  public static final String DEFAULT_QUERY = "data.helmgate.authz.allow";

  /** A policy from the configuration itself, with default limits. */
  public static PolicyConfig inline(String regoText, String query, RegoVersion version, Path opa) {
    return of(new PolicySource.Inline(regoText), query, version, opa);
  }

  /** A policy from files and directories, with default limits. */
  public static PolicyConfig files(List<Path> paths, String query, RegoVersion version, Path opa) {
    return of(new PolicySource.Files(paths), query, version, opa);
  }

  /** A policy from any source, with default limits. */
  public static PolicyConfig of(PolicySource source, String query, RegoVersion version, Path opa) {
    return new PolicyConfig(
        source,
        query,
        version,
        opa,
        Duration.ofSeconds(30),
        Duration.ofSeconds(1),
        EngineLimits.forProcessors(Runtime.getRuntime().availableProcessors()));
  }

  /** The same with another poll interval. */
  public PolicyConfig withPollInterval(Duration interval) {
    return new PolicyConfig(source, query, version, opa, compileDeadline, interval, limits);
  }

  /** The same with another deadline for {@code opa}. */
  public PolicyConfig withCompileDeadline(Duration deadline) {
    return new PolicyConfig(source, query, version, opa, deadline, pollInterval, limits);
  }

  /** The same with other limits. */
  public PolicyConfig withLimits(EngineLimits other) {
    return new PolicyConfig(source, query, version, opa, compileDeadline, pollInterval, other);
  }
}
