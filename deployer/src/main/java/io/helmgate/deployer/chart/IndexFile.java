package io.helmgate.deployer.chart;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.yaml.snakeyaml.LoaderOptions;

/**
 * Reads a repository's index.yaml (Helm's repo.IndexFile), entry by entry, so that no more than one
 * version is held twice.
 */
final class IndexFile {
  private static final Pattern DIGEST = Pattern.compile("(?:sha256:)?([0-9a-f]{64})");
  private static final int MAX_DEPTH = 50;

  private final String repository;
  private final int maxVersions;
  private final ObjectMapper mapper;
  private final Map<String, List<IndexedChart>> charts = new HashMap<>();
  private int versions;

  private IndexFile(String repository, int maxVersions, ObjectMapper mapper) {
    this.repository = repository;
    this.maxVersions = maxVersions;
    this.mapper = mapper;
  }

  /**
   * Reads an index; entries without a usable version are left out, as Helm does.
   *
   * @param repository its name, for the charts' names
   * @throws BadChartException when this is no index, or lists too much
   */
  static RepositoryIndex parse(String repository, byte[] yaml, int maxVersions)
      throws BadChartException {
    IndexFile file = new IndexFile(repository, maxVersions, mapper(yaml.length));
    boolean found;
    try (JsonParser parser = file.mapper.createParser(yaml)) {
      found = file.read(parser);
    } catch (BadChartException e) {
      throw e;
    } catch (IOException e) {
      throw new BadChartException("its index is no YAML", e);
    }
    if (!found) {
      throw new BadChartException("its index lists no entries");
    }
    return RepositoryIndex.of(file.charts);
  }

  /** Whether there are entries. */
  private boolean read(JsonParser parser) throws IOException {
    boolean found = false;
    if (parser.nextToken() != JsonToken.START_OBJECT) {
      return false;
    }
    for (String key = parser.nextFieldName(); key != null; key = parser.nextFieldName()) {
      JsonToken value = parser.nextToken();
      if (key.equals("entries") && value == JsonToken.START_OBJECT) {
        found = true;
        entries(parser);
      } else {
        parser.skipChildren();
      }
    }
    return found;
  }

  private void entries(JsonParser parser) throws IOException {
    for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        parser.skipChildren();
        continue;
      }
      while (parser.nextToken() != JsonToken.END_ARRAY) {
        take(name, mapper.readTree(parser));
      }
    }
  }

  private void take(String name, JsonNode node) throws BadChartException {
    versions++;
    if (versions > maxVersions) {
      throw new BadChartException("its index lists more than " + maxVersions + " versions");
    }
    if (!ChartYaml.isName(name)) {
      return;
    }
    Matcher digest = DIGEST.matcher(node.path("digest").asText().toLowerCase(Locale.ROOT));
    String sha256 = digest.matches() ? "sha256:" + digest.group(1) : "";
    ChartVersion.parse(node.path("version").asText())
        .map(
            version ->
                IndexedChart.of(
                    ChartYaml.listing(repository + "/" + name, node, sha256),
                    version,
                    ChartYaml.list(node.path("urls"), JsonNode::asText)))
        .ifPresent(chart -> charts.computeIfAbsent(name, _ -> new ArrayList<>()).add(chart));
  }

  private static ObjectMapper mapper(int size) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Math.max(size, 1));
    options.setNestingDepthLimit(MAX_DEPTH);
    StreamReadConstraints constraints =
        StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build();
    return new ObjectMapper(
        YAMLFactory.builder().loaderOptions(options).streamReadConstraints(constraints).build());
  }
}
