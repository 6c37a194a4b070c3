package io.helmgate.deployer.kubernetes;

import io.helmgate.deployer.values.Values;
import io.helmgate.deployer.yaml.NoYamlException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * An object of a rendered manifest.
 *
 * @param namespace as the object says, else the release's; meaningless for cluster-wide kinds
 */
record ManifestObject(String apiVersion, String kind, String namespace, String name) {
  /**
   * Reads all objects of a manifest, those of lists one by one.
   *
   * @param namespace of the release
   * @throws NoYamlException when this is no YAML
   */
  static List<ManifestObject> parse(String manifest, String namespace) throws NoYamlException {
    return YamlDocuments.objects(manifest).stream().map(object -> of(object, namespace)).toList();
  }

  /** An object as plain JSON values. */
  static ManifestObject of(Map<String, @Nullable Object> object, String namespace) {
    Map<String, @Nullable Object> metadata = Values.mapOf(object.get("metadata"));
    String own = text(metadata.get("namespace"));
    return new ManifestObject(
        text(object.get("apiVersion")),
        text(object.get("kind")),
        own.isEmpty() ? namespace : own,
        text(metadata.get("name")));
  }

  private static String text(@Nullable Object value) {
    return switch (value) {
      case String text -> text;
      case Number number -> number.toString();
      case Boolean bool -> bool.toString();
      case null, default -> "";
    };
  }

  /** The same in another namespace; empty: of a cluster-wide kind. */
  ManifestObject in(String other) {
    return new ManifestObject(apiVersion, kind, other, name);
  }

  /** The same by another name. */
  ManifestObject named(String other) {
    return new ManifestObject(apiVersion, kind, namespace, other);
  }

  /** {@code Deployment web}. */
  String label() {
    return kind + " " + name;
  }
}
