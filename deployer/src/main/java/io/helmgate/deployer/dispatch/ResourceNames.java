package io.helmgate.deployer.dispatch;

import io.helmgate.deployer.operation.OperationName;
import io.helmgate.deployer.release.ReleaseRef;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * The resource names of {@code helmgate.deployer.v1} (AIP-122): {@code
 * clusters/C/namespaces/N/releases/R/operations/O}.
 */
public final class ResourceNames {

  private static final String NAMESPACE = "clusters/([^/]*)/namespaces/([^/]*)";
  private static final Pattern NAMESPACE_NAME = Pattern.compile(NAMESPACE);
  private static final Pattern RELEASE_NAME = Pattern.compile(NAMESPACE + "/releases/([^/]*)");
  private static final Pattern OPERATION_NAME =
      Pattern.compile(RELEASE_NAME.pattern() + "/operations/([a-z2-7]{32})");

  /** All of a kind, where a name stands for several (AIP-159). */
  public static final String ALL = "-";

  private final String cluster;

  /**
   * Names within one cluster.
   *
   * @param cluster its name, or {@link #ALL}
   */
  public ResourceNames(String cluster) {
    this.cluster = cluster;
  }

  static String ofCluster(String name) {
    return "clusters/" + name;
  }

  String of(ReleaseRef ref) {
    return "clusters/" + cluster + "/namespaces/" + ref.namespace() + "/releases/" + ref.name();
  }

  String of(OperationName name) {
    return of(name.release()) + "/operations/" + name.id();
  }

  /** The namespace that a parent names; {@link #ALL} is not one. */
  String namespace(String field, String value, FieldRules rules) {
    var parts = NAMESPACE_NAME.matcher(value);
    if (!parts.matches()) {
      rules.named(field, value, "clusters/CLUSTER/namespaces/NAMESPACE");
      return "";
    }
    check(field, parts.group(1), rules);
    rules.namespace(field, parts.group(2));
    return parts.group(2);
  }

  /** The namespace that a parent names; empty for all. */
  Optional<String> anyNamespace(String field, String value, FieldRules rules) {
    var parts = NAMESPACE_NAME.matcher(value);
    if (parts.matches() && parts.group(2).equals(ALL)) {
      check(field, parts.group(1), rules);
      return Optional.empty();
    }
    return Optional.of(namespace(field, value, rules));
  }

  ReleaseRef release(String field, String value, FieldRules rules) {
    var parts = RELEASE_NAME.matcher(value);
    if (!parts.matches()) {
      rules.named(field, value, "clusters/CLUSTER/namespaces/NAMESPACE/releases/RELEASE");
      return new ReleaseRef("", "");
    }
    check(field, parts.group(1), rules);
    rules.namespace(field, parts.group(2));
    rules.releaseName(field, parts.group(3));
    return new ReleaseRef(parts.group(2), parts.group(3));
  }

  /**
   * A release, or several.
   *
   * @param namespace empty: all
   * @param release empty: all
   */
  record Releases(Optional<String> namespace, Optional<String> release) {}

  /** All releases of a namespace are {@code releases/-}; only those may be of all namespaces. */
  Releases anyRelease(String field, String value, FieldRules rules) {
    var all = "/releases/" + ALL;
    if (value.endsWith(all)) {
      var parent = value.substring(0, value.length() - all.length());
      return new Releases(anyNamespace(field, parent, rules), Optional.empty());
    }
    var ref = release(field, value, rules);
    return new Releases(Optional.of(ref.namespace()), Optional.of(ref.name()));
  }

  OperationName operation(String field, String value, FieldRules rules) {
    var parts = OPERATION_NAME.matcher(value);
    if (!parts.matches()) {
      rules.named(
          field,
          value,
          "clusters/CLUSTER/namespaces/NAMESPACE/releases/RELEASE/operations/OPERATION");
      return new OperationName(new ReleaseRef("", ""), "");
    }
    var release = value.substring(0, value.lastIndexOf("/operations/"));
    return new OperationName(release(field, release, rules), parts.group(4));
  }

  private void check(String field, String name, FieldRules rules) {
    if (name.equals(ALL) && !cluster.equals(ALL)) {
      rules.violated(
          field,
          "names all clusters (expected: one; \"-\" is for lists of releases and" + " operations)");
    } else if (!name.equals(cluster)) {
      rules.violated(field, "names an unknown cluster (expected: one that ListClusters has)");
    }
  }
}
