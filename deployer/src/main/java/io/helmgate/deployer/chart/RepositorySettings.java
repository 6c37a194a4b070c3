package io.helmgate.deployer.chart;

import io.helmgate.kit.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;

/**
 * A configured chart repository.
 *
 * @param name what stands before the slash in {@code REPO/NAME}
 * @param url where {@code index.yaml} lies; http or https
 * @param passCredentialsAll whether the index may name other hosts, which get the credentials too
 * @param tokenService the only one that may give tokens; empty: one on the repository's own host
 */
public record RepositorySettings(
    String name,
    URI url,
    Optional<Login> login,
    Optional<ClientCertificate> certificate,
    Optional<Path> caFile,
    boolean insecureSkipTlsVerify,
    boolean passCredentialsAll,
    Optional<TokenService> tokenService) {

  /** Name and password for HTTP basic authentication. */
  public record Login(String username, String password) {
    @Override
    public String toString() {
      return "Login[" + username + ", …]";
    }
  }

  /**
   * Who gives tokens for the repository.
   *
   * @param url exactly as the repository's challenges name it
   * @param token bearer token for it, such as ChartMuseum's example takes; goes before the login
   */
  public record TokenService(URI url, Optional<Login> login, Optional<Secret> token) {}

  /** PEM files. */
  public record ClientCertificate(Path certFile, Path keyFile) {}
}
