package io.helmgate.kit.config;

import com.fasterxml.jackson.annotation.JsonProperty;
import java.util.List;

/**
 * An entry of {@code repos}, in the spelling of Helm's {@code repositories.yaml}. Empty text means
 * none.
 *
 * @param name what stands before the slash in {@code REPO/NAME}
 * @param url where {@code index.yaml} lies, or {@code oci://HOST/PATH}
 * @param certFile file of the client certificate, PEM
 * @param keyFile file of its key, PEM
 * @param caFile file of the certificates that the server's must lead to, PEM
 * @param passCredentialsAll whether credentials are sent to other hosts that the index names
 * @param allowPrivate whether addresses of private networks and of this machine are connected to
 * @param allowedHosts other hosts that it may name or redirect to
 * @param charts those of an OCI registry
 * @param provenance {@code off}, {@code verify} or {@code require}
 * @param keyring file of OpenPGP public keys
 */
public record RepositoryConfig(
    String name,
    String url,
    String username,
    Secret password,
    @JsonProperty("certFile") String certFile,
    @JsonProperty("keyFile") String keyFile,
    @JsonProperty("caFile") String caFile,
    boolean insecureSkipTlsVerify,
    boolean passCredentialsAll,
    boolean allowPrivate,
    List<String> allowedHosts,
    List<String> charts,
    String provenance,
    String keyring,
    TokenService tokenService) {

  public RepositoryConfig {
    allowedHosts = List.copyOf(allowedHosts);
    charts = List.copyOf(charts);
  }

  /** Whether it is an OCI registry. */
  public boolean isOci() {
    return url.startsWith("oci://");
  }

  /**
   * Who gives bearer tokens for the repository.
   *
   * @param url as the repository's challenges name it; empty: only the repository's own host
   * @param token bearer token for it
   */
  public record TokenService(String url, String username, Secret password, Secret token) {}
}
