package io.helmgate.deployer.chart;

import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.helmgate.deployer.release.ChartDependency;
import io.helmgate.deployer.release.ChartMaintainer;
import io.helmgate.deployer.release.ChartMetadata;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.StreamSupport;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * A repository's index.yaml (Helm's repo.IndexFile), read once.
 *
 * @param charts the versions of each chart, newest first, by the chart's own name
 */
record RepositoryIndex(Map<String, List<IndexedChart>> charts) {
  private static final Pattern DIGEST = Pattern.compile("(?:sha256:)?([0-9a-f]{64})");

  /**
   * Reads an index; entries without a usable version are left out, as Helm does.
   *
   * @param repository its name, for the charts' names
   * @throws BadChartException when this is no index
   */
  static RepositoryIndex parse(String repository, byte[] yaml) throws BadChartException {
    JsonNode entries;
    try {
      entries = mapper(yaml.length).readTree(yaml).path("entries");
    } catch (IOException e) {
      throw new BadChartException("its index is no YAML", e);
    }
    if (!entries.isObject()) {
      throw new BadChartException("its index lists no entries");
    }
    Map<String, List<IndexedChart>> charts = new TreeMap<>();
    for (Map.Entry<String, JsonNode> entry : entries.properties()) {
      List<IndexedChart> versions = new ArrayList<>();
      for (JsonNode node : entry.getValue()) {
        ChartVersion.parse(node.path("version").asText())
            .map(version -> chart(repository, entry.getKey(), node, version))
            .ifPresent(versions::add);
      }
      versions.sort(Comparator.comparing(IndexedChart::version).reversed());
      if (!versions.isEmpty()) {
        charts.put(entry.getKey(), List.copyOf(versions));
      }
    }
    return new RepositoryIndex(charts);
  }

  /**
   * Finds a version of a chart.
   *
   * @param version exact; empty: the newest stable one
   */
  Optional<IndexedChart> find(String name, Optional<String> version) {
    return charts.getOrDefault(name, List.of()).stream()
        .filter(
            chart ->
                version.isEmpty()
                    ? chart.stable()
                    : chart.metadata().version().equals(version.get()))
        .findFirst();
  }

  private static IndexedChart chart(
      String repository, String name, JsonNode node, ChartVersion version) {
    Matcher digest = DIGEST.matcher(node.path("digest").asText().toLowerCase(Locale.ROOT));
    return new IndexedChart(
        metadata(repository + "/" + name, node),
        version,
        list(node.path("urls"), JsonNode::asText),
        digest.matches() ? digest.group(1) : "");
  }

  private static ChartMetadata metadata(String name, JsonNode node) {
    Map<String, String> annotations = new LinkedHashMap<>();
    node.path("annotations")
        .properties()
        .forEach(entry -> annotations.put(entry.getKey(), entry.getValue().asText()));
    return new ChartMetadata(
        name,
        node.path("version").asText(),
        node.path("home").asText(),
        node.path("description").asText(),
        list(node.path("sources"), JsonNode::asText),
        list(node.path("keywords"), JsonNode::asText),
        node.path("icon").asText(),
        node.path("deprecated").asBoolean(),
        list(
            node.path("dependencies"),
            dependency ->
                new ChartDependency(
                    dependency.path("name").asText(),
                    dependency.path("version").asText(),
                    dependency.path("repository").asText())),
        list(
            node.path("maintainers"),
            person ->
                new ChartMaintainer(person.path("name").asText(), person.path("email").asText())),
        annotations);
  }

  private static <T> List<T> list(JsonNode array, Function<JsonNode, T> element) {
    return StreamSupport.stream(array.spliterator(), false).map(element).toList();
  }

  private static ObjectMapper mapper(int size) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Math.max(size, 1));
    StreamReadConstraints constraints = StreamReadConstraints.builder().maxNestingDepth(50).build();
    return new ObjectMapper(
        YAMLFactory.builder().loaderOptions(options).streamReadConstraints(constraints).build());
  }
}
