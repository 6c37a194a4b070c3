package io.helmgate.deployer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helmgate.deployer.yaml.NoYamlException;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class YamlDocumentsTest {
  private final YamlDocuments yaml = new YamlDocuments();

  @Test
  void whatItWritesQuotedItReadsAgain() {
    Map<String, @Nullable Object> object =
        Map.of(
            "kind",
            "ConfigMap",
            "data",
            Map.of("a", "0755", "b", "yes", "c", "1:30", "d", "line\nline\n", "e", "~", "f", "1e3"),
            "list",
            List.of(1, true, 0.5));

    assertThat(yaml.parse(yaml.writeQuoted(object)).orElseThrow()).isEqualTo(List.of(object));
  }

  @Test
  void readsTheObjectsOfListsOneByOneAndNoDocumentWithoutKind() {
    assertThat(
            yaml.parse(
                    """
                    # nothing
                    ---
                    kind: ConfigMapList
                    items: [{kind: ConfigMap, metadata: {name: a}}]
                    ---
                    kind: Secret
                    """)
                .orElseThrow())
        .extracting(object -> object.get("kind"))
        .containsExactly("ConfigMap", "Secret");
  }

  @Test
  void waitsForObjectsUnderTheNamesThatHelmGivesThem() throws NoYamlException {
    String manifest =
        """
        apiVersion: v1
        kind: ConfigMap
        metadata: &common
          name: &n web
          namespace: shop
        data: {name: *n}
        ---
        kind: Service
        metadata: {<<: {namespace: shop}, name: 0x10}
        ---
        kind: List
        items: [{kind: Deployment, metadata: {name: api}}]
        """;
    String aliased = manifest.replace("name: &n web", "labels: {app: &n web}\n  name: *n");

    assertThat(ManifestObject.parse(aliased, "other"))
        .isEqualTo(ManifestObject.parse(manifest, "other"))
        .containsExactly(
            new ManifestObject("v1", "ConfigMap", "shop", "web"),
            new ManifestObject("", "Service", "shop", "16"),
            new ManifestObject("", "Deployment", "other", "api"));
  }

  @Test
  void whatIsTooMuchIsNoManifest() {
    assertThat(yaml.parse("kind: A\nmetadata: &x {b: *x}\n")).isEmpty();
    assertThatThrownBy(() -> ManifestObject.parse("kind: A\nb: &x {b: *x}\n", "shop"))
        .isInstanceOf(NoYamlException.class);
  }
}
