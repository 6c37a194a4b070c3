package io.helmgate.deployer.chart;

import io.helmgate.deployer.catalog.ProvenancePolicy;
import io.helmgate.kit.config.Secret;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * A configured chart repository.
 *
 * @param name what stands before the slash in {@code REPO/NAME}
 * @param url where {@code index.yaml} lies, http or https; or {@code oci://HOST/PATH}
 * @param tokenService the only one that may give tokens; empty: one on the repository's own host
 * @param charts which charts an OCI registry has, since it does not list them
 */
public record RepositorySettings(
    String name,
    URI url,
    Optional<Login> login,
    Tls tls,
    Reach reach,
    Optional<TokenService> tokenService,
    List<String> charts,
    Signatures signatures) {
  public RepositorySettings {
    charts = List.copyOf(charts);
  }

  /** Whether it is an OCI registry. */
  boolean isOci() {
    return "oci".equals(url.getScheme());
  }

  /** Name and password for HTTP basic authentication. */
  public record Login(String username, String password) {
    @Override
    public String toString() {
      return "Login[" + username + ", …]";
    }
  }

  /**
   * How the repository's own host is known, and how it knows us.
   *
   * @param insecureSkipVerify whether any server certificate will do
   */
  public record Tls(
      Optional<ClientCertificate> certificate, Optional<Path> caFile, boolean insecureSkipVerify) {}

  /** PEM files. */
  public record ClientCertificate(Path certFile, Path keyFile) {}

  /**
   * How far the repository may lead.
   *
   * @param allowPrivate whether addresses of private networks and of this machine may be connected
   *     to
   * @param hosts other hosts, {@code HOST} or {@code HOST:PORT}, that it may name or redirect to
   * @param passCredentialsAll whether these get the credentials too when the index names them
   */
  public record Reach(boolean allowPrivate, Set<String> hosts, boolean passCredentialsAll) {
    public Reach {
      hosts = Set.copyOf(hosts);
    }
  }

  /**
   * Who gives tokens for the repository.
   *
   * @param url exactly as the repository's challenges name it
   * @param token bearer token for it, such as ChartMuseum's example takes; goes before the login
   */
  public record TokenService(URI url, Optional<Login> login, Optional<Secret> token) {}

  /**
   * What signatures are for.
   *
   * @param keyring OpenPGP public keys, armored or not
   */
  public record Signatures(ProvenancePolicy policy, Optional<Path> keyring) {}
}
