package io.helmgate.deployer.release;

/** A release by its namespace and name. */
public record ReleaseRef(String namespace, String name) {
  @Override
  public String toString() {
    return namespace + "/" + name;
  }
}
