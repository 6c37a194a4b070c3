package io.helmgate.deployer.kubernetes;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/**
 * How the service reaches a cluster under its own identity, which may do nothing but impersonate.
 *
 * @param server an https URL
 * @param caPem the certificates that the server's certificate must chain to, PEM
 */
public record ClusterConnection(URI server, String caPem, Credential credential) {
  private static final Path SERVICE_ACCOUNT =
      Path.of("/var/run/secrets/kubernetes.io/serviceaccount");

  public ClusterConnection {
    if (!"https".equals(server.getScheme())) {
      throw new IllegalArgumentException(
          "cluster server: " + server + " (expected: an https URL; tokens are sent over TLS only)");
    }
  }

  /** The service's own credential. */
  public sealed interface Credential {
    /** A bearer token in a file that may be rotated. */
    record TokenFile(Path path) implements Credential {}

    /** A client certificate and its private key, PEM. */
    record ClientCertificate(String certificatePem, String keyPem) implements Credential {
      @Override
      public String toString() {
        return "ClientCertificate[…]";
      }
    }
  }

  /**
   * The cluster that this process runs in, by its pod's service account.
   *
   * @throws IllegalStateException when this is no pod
   */
  public static ClusterConnection inCluster(Map<String, String> environment) {
    String host = environment.get("KUBERNETES_SERVICE_HOST");
    String port = environment.get("KUBERNETES_SERVICE_PORT");
    if (host == null || port == null) {
      throw new IllegalStateException(
          "cluster: KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT are not set (expected: to"
              + " run in a pod, or a kubeconfig in the configuration)");
    }
    try {
      return new ClusterConnection(
          URI.create("https://" + (host.contains(":") ? "[" + host + "]" : host) + ":" + port),
          Files.readString(SERVICE_ACCOUNT.resolve("ca.crt")),
          new Credential.TokenFile(SERVICE_ACCOUNT.resolve("token")));
    } catch (IOException e) {
      throw new IllegalStateException(
          "cluster: cannot read the service account's files in " + SERVICE_ACCOUNT, e);
    }
  }
}
