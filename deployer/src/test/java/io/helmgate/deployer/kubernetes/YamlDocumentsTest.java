package io.helmgate.deployer.kubernetes;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

final class YamlDocumentsTest {
  private final YamlDocuments yaml = new YamlDocuments();

  @Test
  void readsTypesAsHelmAndTheApiServerDo() {
    assertThat(
            YamlDocuments.mapping(
                    """
                    mode: 0755
                    on: yes
                    time: 2026-01-02
                    port: 1:30
                    big: 1e3
                    zip: "007"
                    empty:
                    """)
                .orElseThrow()
                .toString())
        .isEqualTo(
            "{mode=493, true=true, time=2026-01-02, port=1:30, big=1000.0, zip=007, empty=null}");
    assertThat(YamlDocuments.mapping("- a")).isEmpty();
    assertThat(YamlDocuments.mapping("")).contains(Map.of());
    assertThat(YamlDocuments.mapping("a: [")).isEmpty();
  }

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
}
