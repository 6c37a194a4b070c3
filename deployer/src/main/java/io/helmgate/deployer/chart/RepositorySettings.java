package io.helmgate.deployer.chart;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A configured chart repository.
 *
 * @param name what stands before the slash in {@code REPO/NAME}
 * @param url where {@code index.yaml} lies; http or https
 * @param passCredentialsAll whether the index may name other hosts, which get the credentials too
 */
public record RepositorySettings(
    String name,
    URI url,
    Optional<Login> login,
    Optional<ClientCertificate> certificate,
    Optional<Path> caFile,
    boolean insecureSkipTlsVerify,
    boolean passCredentialsAll) {

  /** Name and password for HTTP basic authentication. */
  public record Login(String username, String password) {
    @Override
    public String toString() {
      return "Login[" + username + ", …]";
    }
  }

  /** PEM files. */
  public record ClientCertificate(Path certFile, Path keyFile) {}
}
