package io.helmgate.deployer.chart;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.deployer.catalog.ChartListing;
import io.helmgate.deployer.release.ChartMetadata;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Charts in an OCI registry, as {@code helm push} puts them there: each chart is a repository, each
 * version a tag, with {@code _} for {@code +}. A registry does not say which charts it has, so the
 * configuration does.
 */
final class OciSource implements RepositorySource {
  private static final int MAX_KNOWN = 1000;

  private final RepositorySettings settings;
  private final OciRegistry registry;
  private final ChartLimits limits;
  private volatile Optional<RepositoryIndex> last = Optional.empty();

  /** The Chart.yaml of versions, by the digest of what holds it, which never changes. */
  private final Map<String, JsonNode> known = new ConcurrentHashMap<>();

  OciSource(RepositorySettings settings, RepositoryClient client, ChartLimits limits) {
    this.settings = settings;
    this.registry = new OciRegistry(client);
    this.limits = limits;
  }

  @Override
  public Outcome<Optional<RepositoryIndex>> index(Duration timeout) {
    Deadline deadline = Deadline.in(timeout);
    Map<String, List<IndexedChart>> charts = new HashMap<>();
    int room = limits.indexVersions();
    for (String name : settings.charts()) {
      switch (registry.tags(name, room, deadline).flatMap(tags -> listed(name, tags, deadline))) {
        case Outcome.Failure<List<IndexedChart>>(Reason reason, String message, var _) -> {
          return Outcome.failure(reason, message);
        }
        case Outcome.Success<List<IndexedChart>>(List<IndexedChart> versions) -> {
          room -= versions.size();
          charts.put(name, versions);
        }
      }
    }
    Optional<RepositoryIndex> index = Optional.of(RepositoryIndex.of(charts));
    if (index.equals(last)) {
      return Outcome.success(Optional.empty());
    }
    last = index;
    return Outcome.success(index);
  }

  /** The versions of a chart, of which the newest ones tell what they are. */
  private Outcome<List<IndexedChart>> listed(String name, List<String> tags, Deadline deadline) {
    List<IndexedChart> versions =
        tags.stream()
            .map(tag -> tag.replace('_', '+'))
            .flatMap(
                version ->
                    ChartVersion.parse(version).stream().map(parsed -> bare(name, version, parsed)))
            .sorted((one, other) -> other.version().compareTo(one.version()))
            .toList();
    List<IndexedChart> told = new ArrayList<>(versions);
    List<IndexedChart> newest =
        Stream.<Predicate<IndexedChart>>of(_ -> true, IndexedChart::stable)
            .flatMap(kind -> versions.stream().filter(kind).findFirst().stream())
            .distinct()
            .toList();
    for (IndexedChart one : newest) {
      switch (complete(one, deadline)) {
        // What is no chart is listed as it is, and tells why when it is asked for.
        case Outcome.Failure<IndexedChart>(Reason reason, String _, var _)
            when reason == Reason.FAILED_PRECONDITION || reason == Reason.NOT_FOUND -> {}
        case Outcome.Failure<IndexedChart>(Reason reason, String message, var _) -> {
          return Outcome.failure(reason, message);
        }
        case Outcome.Success<IndexedChart>(IndexedChart complete) ->
            told.set(versions.indexOf(one), complete);
      }
    }
    return Outcome.success(List.copyOf(told));
  }

  private IndexedChart bare(String name, String version, ChartVersion parsed) {
    return IndexedChart.of(
        new ChartListing(
            ChartMetadata.of(settings.name() + "/" + name, version, Map.of()),
            "",
            "",
            "",
            Optional.empty(),
            ""),
        parsed,
        List.of());
  }

  @Override
  public Outcome<IndexedChart> complete(IndexedChart chart, Duration timeout) {
    return complete(chart, Deadline.in(timeout));
  }

  private Outcome<IndexedChart> complete(IndexedChart chart, Deadline deadline) {
    return registry
        .manifest(chart.ownName(), tag(chart), deadline)
        .flatMap(
            manifest ->
                chartYaml(chart, manifest, deadline)
                    .flatMap(
                        yaml ->
                            yaml.path("version").asText().equals(chart.metadata().version())
                                ? Outcome.success(told(chart, manifest, yaml))
                                : Outcome.failure(
                                    Reason.FAILED_PRECONDITION,
                                    chart.label()
                                        + "its Chart.yaml tells another version than its tag")));
  }

  private IndexedChart told(IndexedChart chart, OciManifest manifest, JsonNode yaml) {
    return IndexedChart.of(
        ChartYaml.listing(chart.chart(), yaml, manifest.chart().digest()),
        chart.version(),
        List.of(manifest.digest()));
  }

  private Outcome<JsonNode> chartYaml(IndexedChart chart, OciManifest manifest, Deadline deadline) {
    JsonNode cached = known.get(manifest.config().digest());
    if (cached != null) {
      return Outcome.success(cached);
    }
    return registry
        .json(chart.ownName(), manifest.config(), deadline)
        .map(
            yaml -> {
              if (known.size() >= MAX_KNOWN) {
                known.clear();
              }
              known.put(manifest.config().digest(), yaml);
              return yaml;
            });
  }

  @Override
  public Outcome<Bytes> archive(IndexedChart chart, Duration timeout) {
    return registry.blob(
        chart.ownName(), chart.listing().digest(), limits.archiveBytes(), Deadline.in(timeout));
  }

  @Override
  public Outcome<Optional<Bytes>> provenance(IndexedChart chart, Duration timeout) {
    Deadline deadline = Deadline.in(timeout);
    return registry
        .manifest(chart.ownName(), chart.urls().getFirst(), deadline)
        .flatMap(
            manifest ->
                manifest.provenance().isEmpty()
                    ? Outcome.success(Optional.empty())
                    : registry
                        .verified(
                            chart.ownName(),
                            manifest.provenance().get(),
                            limits.provenanceBytes(),
                            deadline)
                        .map(Optional::of));
  }

  @Override
  public String shown(IndexedChart chart) {
    return registry.root().replaceFirst("^https", "oci") + chart.ownName() + ":" + tag(chart);
  }

  private static String tag(IndexedChart chart) {
    return chart.metadata().version().replace('+', '_');
  }

  @Override
  public void close() {
    registry.close();
  }
}
