package io.helmgate.deployer.kubernetes;

import java.util.Set;

/**
 * A kind of object as the API serves it.
 *
 * @param group empty for the core group
 * @param name the plural, as in paths and rights
 * @param namespace empty for a cluster-wide kind
 */
record ApiResource(String group, String version, String name, String namespace) {
  /** Groups of Kubernetes itself besides those without a dot, which definitions cannot have. */
  private static final Set<String> BUILT_IN =
      Set.of(
          "admissionregistration.k8s.io",
          "apiextensions.k8s.io",
          "authentication.k8s.io",
          "authorization.k8s.io",
          "certificates.k8s.io",
          "coordination.k8s.io",
          "discovery.k8s.io",
          "events.k8s.io",
          "flowcontrol.apiserver.k8s.io",
          "internal.apiserver.k8s.io",
          "networking.k8s.io",
          "node.k8s.io",
          "rbac.authorization.k8s.io",
          "resource.k8s.io",
          "scheduling.k8s.io",
          "storage.k8s.io",
          "storagemigration.k8s.io");

  /**
   * Whether the group is one whose types Helm knows, so that it merges their lists by keys. Others
   * end with {@code .k8s.io} as well, such as those of snapshots and gateways.
   */
  static boolean builtIn(String group) {
    return !group.contains(".") || BUILT_IN.contains(group);
  }

  /** The same of objects in another namespace; a cluster-wide kind is in none. */
  ApiResource in(String other) {
    return namespace.isEmpty() ? this : new ApiResource(group, version, name, other);
  }

  /** The path of the collection. */
  String path() {
    String prefix = group.isEmpty() ? "api/" : "apis/" + group + "/";
    String scope = namespace.isEmpty() ? "" : "/namespaces/" + namespace;
    return prefix + version + scope + "/" + name;
  }
}
