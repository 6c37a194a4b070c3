package io.helmgate.deployer.release;

/** What the use cases ask the cluster itself. */
public interface Cluster {
  /** The server's version, such as {@code v1.36.0}. */
  Outcome<String> version(Caller caller);

  /**
   * Asks whether the caller may do something to the records of a namespace's releases.
   *
   * @param verb of Kubernetes: get, create, update, delete
   */
  Outcome<Caller> mayUseRecords(Caller caller, String namespace, String verb);

  /** Whether the caller sees that the namespace does not exist; false when it may not look. */
  Outcome<Boolean> namespaceAbsent(Caller caller, String namespace);
}
