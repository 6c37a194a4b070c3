package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * An object of a rendered manifest.
 *
 * @param namespace as the object says, else the release's; meaningless for cluster-wide kinds
 */
record ManifestObject(String apiVersion, String kind, String namespace, String name) {
  private static final int LIMIT = 64 << 20;
  private static final ObjectMapper YAML = new ObjectMapper(factory());

  /**
   * Reads all objects of a manifest, those of lists one by one.
   *
   * @param namespace of the release
   * @throws IOException when this is no YAML
   */
  static List<ManifestObject> parse(String manifest, String namespace) throws IOException {
    List<ManifestObject> objects = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(manifest)) {
      while (documents.hasNextValue()) {
        add(documents.nextValue(), namespace, objects);
      }
    }
    return objects;
  }

  /** An object as plain JSON values. */
  static ManifestObject of(Map<String, @Nullable Object> object, String namespace) {
    List<ManifestObject> objects = new ArrayList<>();
    add(YAML.valueToTree(object), namespace, objects);
    return objects.isEmpty() ? new ManifestObject("", "", namespace, "") : objects.getFirst();
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

  private static void add(JsonNode document, String namespace, List<ManifestObject> objects) {
    String kind = document.path("kind").asText();
    if (kind.endsWith("List") && document.path("items").isArray()) {
      document.path("items").forEach(item -> add(item, namespace, objects));
    } else if (!kind.isEmpty()) {
      JsonNode metadata = document.path("metadata");
      String own = metadata.path("namespace").asText();
      objects.add(
          new ManifestObject(
              document.path("apiVersion").asText(),
              kind,
              own.isEmpty() ? namespace : own,
              metadata.path("name").asText()));
    }
  }

  private static YAMLFactory factory() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LIMIT);
    return YAMLFactory.builder().loaderOptions(options).build();
  }
}
