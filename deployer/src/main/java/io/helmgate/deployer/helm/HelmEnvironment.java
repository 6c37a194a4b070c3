package io.helmgate.deployer.helm;

import java.util.List;
import java.util.Map;
import java.util.TreeSet;

/**
 * Environment variables that Helm obeys (cli.EnvSettings) and that would make it do something else
 * than the service believes: other storage, another server, another user.
 */
final class HelmEnvironment {
  private static final List<String> SECRET_DRIVERS = List.of("", "secret", "secrets");

  private HelmEnvironment() {}

  /**
   * Refuses what would mislead Helm.
   *
   * @throws IllegalStateException naming every variable that must not be set
   */
  static void check(Map<String, String> environment) {
    TreeSet<String> faults = new TreeSet<>();
    String driver = environment.getOrDefault("HELM_DRIVER", "");
    if (!SECRET_DRIVERS.contains(driver)) {
      faults.add("HELM_DRIVER: \"" + driver + "\" (expected: secret)");
    }
    environment.keySet().stream()
        .filter(name -> name.startsWith("HELM_KUBE"))
        .forEach(name -> faults.add(name + ": set (expected: not set)"));
    if (!faults.isEmpty()) {
      throw new IllegalStateException("environment: " + String.join("; ", faults));
    }
  }
}
