package io.helmgate.deployer.cluster;

/**
 * What runs a cluster. Texts that are unknown are empty.
 *
 * @param kubernetes such as {@code v1.36.0}
 * @param platform such as {@code linux/amd64}
 */
public record ServerVersion(String kubernetes, String platform) {
  static final ServerVersion UNKNOWN = new ServerVersion("", "");
}
