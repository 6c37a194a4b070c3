package io.helmgate.extauthz.config;

import io.helmgate.kit.config.ByteSize;
import io.helmgate.kit.config.CommonConfig;
import io.helmgate.kit.config.Problems;
import io.helmgate.kit.config.Secret;
import io.helmgate.kit.config.Validated;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/**
 * Section {@code extauthz}; the schema describes each key.
 *
 * @param address host and port for Envoy
 * @param serving connections of Envoy
 * @param adminAddress host and port for metrics and health
 * @param profiles by name; empty means one profile "default" out of the top level's keys
 */
public record ExtAuthzConfig(
    String address,
    String adminAddress,
    ServingConfig serving,
    TlsConfig tls,
    boolean reflection,
    Path opaFile,
    Duration stageDeadline,
    Duration unknownKidInterval,
    JwksConfig jwks,
    TokenCacheConfig tokenCache,
    AssertionConfig assertion,
    DecisionLogConfig decisionLog,
    LimitsConfig limits,
    Map<String, SecretConfig> secrets,
    Map<String, ProfileConfig> profiles)
    implements Validated {

  /**
   * How Envoy's connections are served.
   *
   * @param unixSocket a UNIX socket beside address; empty for none
   * @param drainDelay how long requests are still taken after health says that they end
   */
  public record ServingConfig(
      String unixSocket,
      Duration connectionMaxAge,
      Duration connectionMaxAgeGrace,
      Duration drainDelay) {}

  /** Mutual TLS; all empty when there is none. */
  public record TlsConfig(
      String certFile, String keyFile, String clientCaFile, List<String> clientSans) {

    /** Whether TLS is configured at all. */
    public boolean enabled() {
      return !certFile.isEmpty() || !keyFile.isEmpty() || !clientCaFile.isEmpty();
    }
  }

  /** Bounds for fetching key sets. */
  public record JwksConfig(
      Duration timeout, ByteSize maxBytes, int maxKeys, Duration staleFor, String snapshotDir) {}

  /** Bounds for the cache of verified tokens. */
  public record TokenCacheConfig(int maxEntries) {}

  /** How assertions are signed. */
  public record AssertionConfig(String issuer, String keysFile, Duration lifetime) {}

  /** A secret that a policy may let an upstream have. */
  public record SecretConfig(Path file, String prefix) {}

  /** Where decisions are recorded. */
  public record DecisionLogConfig(
      boolean console,
      Map<String, String> labels,
      FileLogConfig file,
      HttpLogConfig http,
      MaskConfig mask) {}

  /** A file for records; none when the path is empty. */
  public record FileLogConfig(String path, ByteSize maxBytes, int maxFiles) {}

  /** Where records are uploaded; nowhere when the URL is empty. */
  public record HttpLogConfig(
      String url,
      Secret token,
      String caFile,
      Duration timeout,
      ByteSize batchBytes,
      Duration batchDelay) {}

  /** A policy that masks records; none when the file is empty. */
  public record MaskConfig(String file, String query) {}

  @Override
  public void validate(CommonConfig common, Problems problems) {
    new ConfigRules(common, this, problems).check();
  }
}
