package io.helmgate.deployer.kubernetes;

/**
 * A kind of object as the API serves it.
 *
 * @param group empty for the core group
 * @param name the plural, as in paths and rights
 * @param namespace empty for a cluster-wide kind
 */
record ApiResource(String group, String version, String name, String namespace) {
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
