package io.helmgate.kit.config;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The top level of {@code helmgate.yaml}: upstream helmgate's six keys and ours.
 *
 * @param port of the deployer's API; 0 lets the system choose
 * @param regoPolicy inline Rego; empty means none
 * @param regoQuery ground reference to the decision
 * @param regoVersion {@code v1} or {@code v0}
 * @param jwksUri URL of the key set; empty means none
 * @param allowInsecure whether missing authentication or policy is accepted
 * @param shutdownTimeout time for the work under way when a service stops
 */
public record CommonConfig(
    int port,
    boolean debug,
    String regoPolicy,
    String regoQuery,
    String regoVersion,
    String jwksUri,
    List<RepositoryConfig> repos,
    boolean allowInsecure,
    Duration shutdownTimeout,
    LogConfig log) {

  public CommonConfig {
    repos = List.copyOf(repos);
  }

  /** Port of the deployer's admin endpoint: the next one. */
  public int adminPort() {
    return port == 0 ? 0 : port + 1;
  }

  void validate(Problems problems) {
    Map<String, Integer> names = new HashMap<>();
    for (int i = 0; i < repos.size(); i++) {
      RepositoryConfig repo = repos.get(i);
      String path = "repos[" + i + "]";
      Integer first = names.putIfAbsent(repo.name(), i);
      if (first != null) {
        problems.add(path + ".name", "a name of its own; repos[" + first + "] has it");
      }
      if (repo.certFile().isEmpty() && !repo.keyFile().isEmpty()) {
        problems.add(path + ".certFile", "the certificate that belongs to keyFile");
      }
      if (repo.keyFile().isEmpty() && !repo.certFile().isEmpty()) {
        problems.add(path + ".keyFile", "the key that belongs to certFile");
      }
      if (repo.passCredentialsAll() && repo.allowedHosts().isEmpty()) {
        problems.add(path + ".pass_credentials_all", "false, or allowed_hosts that they are for");
      }
      if (repo.isOci() == repo.charts().isEmpty()) {
        problems.add(path + ".charts", "names of charts with oci://, none otherwise");
      }
      if (!repo.provenance().equals("off") && repo.keyring().isEmpty()) {
        problems.add(path + ".keyring", "the keys that provenance needs");
      }
    }
  }
}
