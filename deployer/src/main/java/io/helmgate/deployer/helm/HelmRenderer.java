package io.helmgate.deployer.helm;

import io.helmgate.deployer.helm.QueuedHelmEngine.Templates;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.HelmHook;
import io.helmgate.deployer.release.Manifests;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.ReleaseRef;
import io.helmgate.deployer.release.Renderer;
import io.helmgate.deployer.release.Rendering;
import io.helmgate.deployer.values.Values;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Renders with {@code helm template}, which leaves hooks, CustomResourceDefinitions and notes out:
 * so also from a copy of the chart in which they are objects like others, once to compare these
 * with the first, and again to compare the rest.
 */
public final class HelmRenderer implements Renderer {
  private static final Logger log = LoggerFactory.getLogger(HelmRenderer.class);
  private static final String UNREADABLE = "the rendered objects cannot be read as YAML";
  private static final String DIFFERENT =
      "two renderings differ: the chart makes random values, or looks at the time";
  private static final String HOOKS_UNSEEN =
      Rendering.HOOKS_UNSEEN + "the chart cannot be rendered with its hooks as objects";

  private final QueuedHelmEngine engine;
  private final Manifests manifests;

  public HelmRenderer(QueuedHelmEngine engine, Manifests manifests) {
    this.engine = engine;
    this.manifests = manifests;
  }

  @Override
  public Outcome<Rendering> render(
      ReleaseRef ref,
      FetchedChart chart,
      Values values,
      String kubernetes,
      boolean upgrade,
      Duration timeout) {
    return engine.briefly(
        ref,
        values,
        (files, templates) -> render(ref, chart, values, kubernetes, upgrade, files, templates),
        timeout);
  }

  private Rendering render(
      ReleaseRef ref,
      FetchedChart chart,
      Values values,
      String kubernetes,
      boolean upgrade,
      CallFiles files,
      Templates templates)
      throws IOException {
    Copies copies = copies(ref, chart, values, kubernetes, upgrade, files);
    List<String> doubts = new ArrayList<>(copies.doubts);
    String manifest = OpenCharts.reopened(templates.render(copies.plain));
    var objects = manifests.parse(manifest);
    if (objects.isEmpty()) {
      doubts.add(UNREADABLE);
    }
    List<Map<String, @Nullable Object>> rendered = objects.orElseGet(List::of);
    Optional<Parts> opened = opened(ref, values, templates, copies.open);
    if (opened.isEmpty()) {
      doubts.add(HOOKS_UNSEEN);
      return new Rendering(manifest, rendered, List.of(), List.of(), "", doubts);
    }
    Parts parts = opened.get();
    List<Map<String, @Nullable Object>> definitions = new ArrayList<>(parts.others);
    rendered.forEach(definitions::remove);
    boolean same =
        parts.others.size() == rendered.size() + definitions.size()
            && definitions.stream().allMatch(HelmRenderer::isDefinition)
            && (parts.plain()
                || opened(ref, values, templates, copies.open).filter(parts::equals).isPresent());
    if (!same) {
      doubts.add(DIFFERENT);
      definitions.removeIf(Predicate.not(HelmRenderer::isDefinition));
    }
    return new Rendering(manifest, rendered, parts.hooks, definitions, parts.notes, doubts);
  }

  /**
   * Two copies of a chart with its values.
   *
   * @param plain renders what Helm applies itself
   * @param open renders hooks, definitions and notes too
   */
  private record Copies(HelmCall.Template plain, HelmCall.Template open, List<String> doubts) {}

  private static Copies copies(
      ReleaseRef ref,
      FetchedChart chart,
      Values values,
      String kubernetes,
      boolean upgrade,
      CallFiles files)
      throws IOException {
    String given = new String(ChartCopies.json(values.all()), StandardCharsets.UTF_8);
    Path plain = files.create("plain.tgz");
    Path open = files.create("open.tgz");
    OpenCharts.closed(chart.archive(), plain);
    List<String> doubts = OpenCharts.copy(chart.archive(), open, given, upgrade);
    return new Copies(
        template(
            plain,
            ref,
            Files.writeString(files.create("plain.json"), OpenCharts.closedData(given)),
            kubernetes),
        template(
            open,
            ref,
            Files.writeString(files.create("open.json"), OpenCharts.openedData(given)),
            kubernetes),
        doubts);
  }

  /** What the open copy gives; empty when it cannot be rendered, or read. */
  private Optional<Parts> opened(
      ReleaseRef ref, Values given, Templates templates, HelmCall.Template call)
      throws IOException {
    try {
      return manifests.parse(OpenCharts.reopened(templates.render(call))).map(this::split);
    } catch (HelmFailedException e) {
      log.info(
          "Release {}: a chart cannot be rendered with its hooks as objects: {}",
          ref,
          engine.hidden(given, e));
      return Optional.empty();
    }
  }

  private static HelmCall.Template template(
      Path chart, ReleaseRef ref, Path values, String kubernetes) {
    return new HelmCall.Template(ref.name(), ref.namespace(), chart, values, kubernetes);
  }

  private static boolean isDefinition(Map<String, @Nullable Object> object) {
    return "CustomResourceDefinition".equals(object.get("kind"));
  }

  /**
   * What an open copy gives.
   *
   * @param others objects and definitions
   */
  private record Parts(
      List<Map<String, @Nullable Object>> others, List<HelmHook> hooks, String notes) {

    /** Whether there is nothing that the plain copy has not shown too. */
    boolean plain() {
      return hooks.isEmpty() && notes.isBlank();
    }
  }

  private Parts split(List<Map<String, @Nullable Object>> all) {
    List<Map<String, @Nullable Object>> others = new ArrayList<>();
    List<HelmHook> hooks = new ArrayList<>();
    String notes = "";
    for (Map<String, @Nullable Object> object : all) {
      Map<String, @Nullable Object> annotations = annotations(object);
      if (OpenCharts.NOTES_KIND.equals(object.get("kind"))) {
        notes = String.valueOf(object.get("notes"));
      } else if (annotations.containsKey(OpenCharts.HOOK)) {
        hooks.add(hook(object, annotations));
      } else {
        others.add(object);
      }
    }
    return new Parts(others, hooks, notes);
  }

  private HelmHook hook(
      Map<String, @Nullable Object> object, Map<String, @Nullable Object> annotations) {
    Map<String, @Nullable Object> own = new LinkedHashMap<>(annotations);
    String events = String.valueOf(own.remove(OpenCharts.HOOK));
    own.put("helm.sh/hook", events);
    Map<String, @Nullable Object> metadata = Values.mapOf(object.get("metadata"));
    metadata.put("annotations", own);
    Map<String, @Nullable Object> restored = new LinkedHashMap<>(object);
    restored.put("metadata", metadata);
    return new HelmHook(
        String.valueOf(metadata.get("name")),
        String.valueOf(object.get("kind")),
        manifests.writeQuoted(restored),
        words(events),
        weight(own.get("helm.sh/hook-weight")),
        own.get("helm.sh/hook-delete-policy") instanceof String policies
            ? words(policies)
            : List.of());
  }

  private static int weight(@Nullable Object text) {
    String weight = String.valueOf(text);
    return weight.matches("-?[0-9]{1,9}") ? Integer.parseInt(weight) : 0;
  }

  private static List<String> words(String text) {
    return Stream.of(text.split(",")).map(String::strip).filter(word -> !word.isEmpty()).toList();
  }

  private static Map<String, @Nullable Object> annotations(Map<String, @Nullable Object> object) {
    return Values.mapOf(Values.mapOf(object.get("metadata")).get("annotations"));
  }
}
