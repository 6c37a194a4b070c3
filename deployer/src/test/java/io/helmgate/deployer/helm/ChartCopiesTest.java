package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helmgate.deployer.chart.ArchiveReader;
import io.helmgate.deployer.chart.ArchiveWriter;
import io.helmgate.deployer.chart.BadChartException;
import io.helmgate.deployer.release.ChartMetadata;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.ReleaseRevision;
import io.helmgate.deployer.release.StoredRevision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

final class ChartCopiesTest {
  @TempDir Path directory;

  @Test
  void addsAnnotationsAndKeepsTheSpellingOfEverythingElse() throws IOException {
    String chartYaml =
        """
        apiVersion: v2
        name: demo
        version: 1.10.0
        appVersion: 007
        deprecated: no
        annotations:
          kept: "y"
          helmgate.io/request-id: forged
        """;
    Path copy =
        annotated(
            Map.of(
                "demo/Chart.yaml", chartYaml,
                "demo/templates/a.yaml", "{{ .Values }}",
                "demo/charts/sub/Chart.yaml", "name: sub\n"),
            Map.of("helmgate.io/request-id", "true"));

    Map<String, String> files = files(copy);
    assertThat(files.get("demo/Chart.yaml"))
        .isEqualTo(
            chartYaml.substring(0, chartYaml.indexOf("annotations"))
                + "\"annotations\": {\"kept\":\"y\",\"helmgate.io/request-id\":\"true\"}\n");
    assertThat(files.get("demo/templates/a.yaml")).isEqualTo("{{ .Values }}");
    assertThat(files.get("demo/charts/sub/Chart.yaml")).isEqualTo("name: sub\n");
  }

  @Test
  void addsAnnotationsToAChartWithoutAny() throws IOException {
    Path copy =
        annotated(
            Map.of("demo/Chart.yaml", "name: demo\nannotations:\n"), Map.of("a", "line\nbreak"));

    assertThat(files(copy).get("demo/Chart.yaml"))
        .isEqualTo("name: demo\n\"annotations\": {\"a\":\"line\\nbreak\"}\n");
  }

  @Test
  void refusesAChartYamlThatIsNone() {
    assertThatThrownBy(() -> annotated(Map.of("demo/Chart.yaml", "- a"), Map.of()))
        .isInstanceOf(BadChartException.class);
    assertThatThrownBy(() -> annotated(Map.of("demo/Chart.yaml", "a: [b"), Map.of()))
        .isInstanceOf(BadChartException.class);
  }

  @Test
  void aReplayCarriesTheManifestUntouchedAndRollbackHooksOnly() throws IOException {
    String manifest = "---\n# Source: demo/templates/a.yaml\nkind: A\ndata: '{{ b }} ünïcode'\n";
    StoredRevision revision =
        stored(
            manifest,
            List.of(
                hook("one", "pre-upgrade", "post-rollback"),
                hook("two", "pre-install"),
                hook("three", "pre-rollback", "post-rollback")));
    Path archive = Files.createFile(directory.resolve("replay.tgz"));

    ChartCopies.replay(revision, Map.of(), archive);

    Map<String, String> files = files(archive);
    assertThat(files.get("chart/replay/manifest.yaml")).isEqualTo(manifest);
    assertThat(files.get("chart/replay/hooks.yaml"))
        .contains("name: one", "\"helm.sh/hook\":\"post-upgrade\"")
        .contains("name: three", "\"helm.sh/hook\":\"pre-upgrade,post-upgrade\"")
        .contains("\"weight\":\"5\"")
        .doesNotContain("name: two", "rollback");
    assertThat(files.get("chart/Chart.yaml"))
        .contains("\"name\":\"demo\"", "\"helmgate.io/replay-of\":\"3\"")
        .doesNotContain("kubeVersion", "dependencies");
  }

  private Path annotated(Map<String, String> files, Map<String, String> annotations)
      throws IOException {
    Path original = Files.createTempFile(directory, "original", ".tgz");
    try (ArchiveWriter writer = new ArchiveWriter(original)) {
      for (Map.Entry<String, String> file : files.entrySet()) {
        writer.file(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    Path copy = Files.createTempFile(directory, "copy", ".tgz");
    ChartCopies.annotated(original, copy, annotations);
    return copy;
  }

  private static Map<String, String> files(Path archive) throws IOException {
    Map<String, String> files = new TreeMap<>();
    ArchiveReader.read(
        archive, (name, content) -> files.put(name, new String(content, StandardCharsets.UTF_8)));
    return files;
  }

  private static HelmHook hook(String name, String... events) {
    String manifest =
        """
        kind: Job
        metadata:
          name: %s
          annotations:
            helm.sh/hook: %s
            weight: "5"
        """
            .formatted(name, String.join(",", events));
    return new HelmHook(name, "Job", manifest, List.of(events), 0, List.of());
  }

  private static StoredRevision stored(String manifest, List<HelmHook> hooks) {
    ChartMetadata chart = ChartMetadata.of("demo", "1.0.0", Map.of());
    ReleaseRevision revision =
        new ReleaseRevision(
            new ReleaseRef("team-a", "web"),
            3,
            "superseded",
            "",
            "",
            Map.of(),
            Instant.EPOCH,
            Instant.EPOCH,
            Optional.empty(),
            chart);
    return new StoredRevision(
        revision,
        manifest,
        hooks,
        Map.of(
            "name", "demo", "version", "1.0.0", "kubeVersion", "<1.0", "dependencies", List.of()),
        Map.of("a", 1));
  }
}
