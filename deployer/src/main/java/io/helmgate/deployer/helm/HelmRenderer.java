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
 * a second time from a copy of the chart in which they are objects like others.
 */
public final class HelmRenderer implements Renderer {
  private static final Logger log = LoggerFactory.getLogger(HelmRenderer.class);
  private static final String UNREADABLE = "the rendered objects cannot be read as YAML";
  private static final String HOOKS_UNSEEN =
      "hooks not checked: the chart cannot be rendered with its hooks as objects";

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
    Path given = Files.write(files.create("values.json"), ChartCopies.json(values.all()));
    Path plain = files.create("plain.tgz");
    Path open = files.create("open.tgz");
    OpenCharts.closed(chart.archive(), plain);
    List<String> doubts = new ArrayList<>(OpenCharts.copy(chart.archive(), open, upgrade));
    String manifest = templates.render(template(plain, ref, given, kubernetes));
    Optional<String> all = opened(ref, values, templates, template(open, ref, given, kubernetes));
    if (all.isEmpty()) {
      doubts.add(HOOKS_UNSEEN);
    }
    var objects = manifests.parse(manifest);
    if (objects.isEmpty()) {
      doubts.add(UNREADABLE);
    }
    Parts parts =
        all.flatMap(manifests::parse).map(this::split).orElseGet(() -> new Parts(List.of()));
    List<Map<String, @Nullable Object>> rendered = objects.orElseGet(List::of);
    List<Map<String, @Nullable Object>> definitions = new ArrayList<>(parts.others);
    rendered.forEach(definitions::remove);
    boolean same =
        all.isEmpty()
            || (parts.others.size() == rendered.size() + definitions.size()
                && definitions.stream().allMatch(HelmRenderer::isDefinition));
    if (!same) {
      doubts.add("two renderings differ: the chart makes random values, or looks at the time");
      definitions.removeIf(Predicate.not(HelmRenderer::isDefinition));
    }
    return new Rendering(manifest, rendered, parts.hooks, definitions, parts.notes, doubts);
  }

  private static Optional<String> opened(
      ReleaseRef ref, Values given, Templates templates, HelmCall.Template call)
      throws IOException {
    try {
      return Optional.of(templates.render(call));
    } catch (HelmFailedException e) {
      log.info(
          "Release {}: a chart cannot be rendered with its hooks as objects: {}",
          ref,
          given.hide(String.valueOf(e.getMessage())));
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

  /** The objects of an open chart. */
  private static final class Parts {
    private final List<Map<String, @Nullable Object>> others;
    private final List<HelmHook> hooks = new ArrayList<>();
    private String notes = "";

    Parts(List<Map<String, @Nullable Object>> others) {
      this.others = new ArrayList<>(others);
    }
  }

  private Parts split(List<Map<String, @Nullable Object>> all) {
    Parts parts = new Parts(List.of());
    for (Map<String, @Nullable Object> object : all) {
      Map<String, @Nullable Object> annotations = annotations(object);
      if (OpenCharts.NOTES_KIND.equals(object.get("kind"))) {
        parts.notes = String.valueOf(object.get("notes"));
      } else if (annotations.containsKey(OpenCharts.HOOK)) {
        parts.hooks.add(hook(object, annotations));
      } else {
        parts.others.add(object);
      }
    }
    return parts;
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
