package io.helmgate.deployer.kubernetes;

/**
 * Where the API serves an object.
 *
 * @param collection the path of those of its kind, of its namespace if it has one
 */
record ObjectPath(String collection, String name) {
  /** The path of the object itself. */
  String path() {
    return collection + "/" + name;
  }
}
