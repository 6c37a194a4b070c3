package io.helmgate.deployer.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.deployer.chart.ArchiveReader;
import io.helmgate.deployer.chart.ArchiveWriter;
import io.helmgate.deployer.release.ChartAnnotations;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.Rendering;
import io.helmgate.deployer.release.StoredRevision;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** The chart archives that are made for one call. */
final class ChartCopies {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Pattern CHART_YAML = Pattern.compile("(?:\\./)?[^/]+/Chart\\.yaml");

  private static final Pattern TEMPLATE =
      Pattern.compile("(?:\\./)?[^/]+/(?:charts/[^/]+/)*templates/.*");
  private static final String HOOK_ANNOTATION = "helm.sh/hook";

  /** Keys of Chart.yaml that only matter for rendering, which a replay does not do again. */
  private static final List<String> RENDERING_KEYS =
      List.of("dependencies", "kubeVersion", "deprecated");

  private ChartCopies() {}

  /** Copies a chart with annotations of ours in its Chart.yaml. */
  static void annotated(Path original, Path copy, Map<String, String> annotations)
      throws IOException {
    try (ArchiveWriter writer = new ArchiveWriter(copy)) {
      ArchiveReader.read(
          original,
          (name, content) ->
              writer.file(
                  name,
                  CHART_YAML.matcher(name).matches()
                      ? annotatedYaml(content, annotations)
                      : content));
    }
  }

  /**
   * Copies a chart so that it renders to what a plan has kept, whatever its templates are: they are
   * left out, those of subcharts too, and files are emitted as they are.
   */
  static void planned(
      Path original, Path copy, Map<String, String> annotations, Rendering rendering)
      throws IOException {
    StringBuilder hooks = new StringBuilder();
    rendering.hooks().forEach(hook -> hooks.append("---\n").append(hook.manifest()).append('\n'));
    AtomicReference<String> root = new AtomicReference<>("chart/");
    try (ArchiveWriter writer = new ArchiveWriter(copy)) {
      ChartFiles.read(
          original,
          (name, content) -> {
            if (CHART_YAML.matcher(name).matches()) {
              root.set(name.substring(0, name.length() - "Chart.yaml".length()));
              writer.file(name, annotatedYaml(content, annotations));
            } else if (!TEMPLATE.matcher(name).matches()) {
              writer.file(name, content);
            }
          });
      emitted(writer, root.get(), "manifest.yaml", rendering.manifest());
      emitted(writer, root.get(), "hooks.yaml", hooks.toString());
      if (!rendering.notes().isEmpty()) {
        emitted(writer, root.get(), "NOTES.txt", rendering.notes());
      }
    }
  }

  private static byte[] annotatedYaml(byte[] content, Map<String, String> annotations)
      throws IOException {
    return AnnotatedYaml.annotate(
            new String(content, StandardCharsets.UTF_8),
            List.of(),
            // A chart's author could forge a request id by them.
            ChartAnnotations.ALL::contains,
            annotations)
        .getBytes(StandardCharsets.UTF_8);
  }

  /**
   * Makes a chart that renders to a stored manifest, whatever the values: the manifest is a file,
   * which a template emits as it is. Rollback hooks become upgrade hooks, since an upgrade is what
   * will run; others are left out.
   *
   * @param annotations for the chart, besides those of the stored one
   */
  static void replay(StoredRevision revision, Map<String, String> annotations, Path archive)
      throws IOException {
    StringBuilder hooks = new StringBuilder();
    for (HelmHook hook : revision.hooks()) {
      List<String> events =
          Stream.of("pre-rollback", "post-rollback")
              .filter(hook.events()::contains)
              .map(event -> event.replace("rollback", "upgrade"))
              .toList();
      if (!events.isEmpty()) {
        String manifest =
            AnnotatedYaml.annotate(
                hook.manifest(),
                List.of("metadata"),
                HOOK_ANNOTATION::equals,
                Map.of(HOOK_ANNOTATION, String.join(",", events)));
        hooks.append("---\n").append(manifest).append('\n');
      }
    }
    try (ArchiveWriter writer = new ArchiveWriter(archive)) {
      writer.file("chart/Chart.yaml", chartYaml(revision, annotations));
      writer.file("chart/values.yaml", json(revision.chartValues()));
      emitted(writer, "chart/", "manifest.yaml", revision.manifest());
      emitted(writer, "chart/", "hooks.yaml", hooks.toString());
    }
  }

  /** The smallest chart there is, for a first call that touches no cluster. */
  static void empty(Path archive) throws IOException {
    try (ArchiveWriter writer = new ArchiveWriter(archive)) {
      writer.file("chart/Chart.yaml", bytes("apiVersion: v2\nname: empty\nversion: 1.0.0\n"));
    }
  }

  private static byte[] chartYaml(StoredRevision revision, Map<String, String> own)
      throws JsonProcessingException {
    Map<String, @Nullable Object> metadata = new LinkedHashMap<>(revision.chartMetadata());
    metadata.keySet().removeAll(RENDERING_KEYS);
    Map<String, String> annotations =
        new LinkedHashMap<>(revision.revision().chart().annotations());
    annotations.putAll(own);
    annotations.put(ChartAnnotations.REPLAY_OF, Integer.toString(revision.revision().revision()));
    metadata.put("annotations", annotations);
    return json(metadata);
  }

  /** A text as a file, and a template that emits it as it is. */
  private static void emitted(ArchiveWriter writer, String root, String file, String text)
      throws IOException {
    writer.file(root + "replay/" + file, bytes(text));
    writer.file(root + "templates/" + file, bytes("{{ .Files.Get \"replay/" + file + "\" }}\n"));
  }

  static byte[] json(Map<String, @Nullable Object> value) throws JsonProcessingException {
    return JSON.writeValueAsBytes(value);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
