package io.helmgate.deployer.chart;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.helmgate.deployer.catalog.ChartContents;
import io.helmgate.deployer.yaml.NoYamlException;
import io.helmgate.deployer.yaml.YamlReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Reads from a chart's archive what is for people. */
final class ContentsReader {
  private static final String README = "readme.md";
  private static final String VALUES = "values.yaml";
  private static final String SCHEMA = "values.schema.json";

  /** Each level is up to three messages of a Struct, of which protobuf reads 100. */
  private static final int MAX_DEPTH = 30;

  private static final int MAX_NODES = 100_000;

  /** A response must have room for all three. */
  private static final int MAX_BYTES = 1 << 20;

  private static final ObjectMapper JSON =
      new JsonMapper(
          JsonFactory.builder()
              .streamReadConstraints(
                  StreamReadConstraints.builder().maxNestingDepth(MAX_DEPTH).build())
              .build());
  private static final TypeReference<Map<String, @Nullable Object>> MAP = new TypeReference<>() {};

  private ContentsReader() {}

  /**
   * Reads an archive.
   *
   * @throws BadChartException when what is read is too large, or not what it should be
   */
  static ChartContents read(Path archive) throws IOException {
    Map<String, String> texts = new HashMap<>();
    ArchiveReader.read(
        archive,
        (path, content) -> {
          String name = path.substring(path.indexOf('/') + 1);
          String key = name.equalsIgnoreCase(README) ? README : name;
          if (key.equals(README) || key.equals(VALUES) || key.equals(SCHEMA)) {
            if (content.length > MAX_BYTES) {
              throw new BadChartException(name + ": larger than 1 MiB, so that it is not shown");
            }
            texts.put(key, new String(content, StandardCharsets.UTF_8));
          }
        });
    String values = texts.getOrDefault(VALUES, "");
    Optional<String> schema = Optional.ofNullable(texts.get(SCHEMA));
    return new ChartContents(
        texts.getOrDefault(README, ""),
        values,
        values(values),
        schema.isPresent() ? Optional.of(schema(schema.get())) : Optional.empty());
  }

  private static Map<String, @Nullable Object> values(String text) throws BadChartException {
    try {
      return new YamlReader(MAX_NODES, MAX_DEPTH).mapping(text);
    } catch (NoYamlException e) {
      throw new BadChartException(VALUES + ": " + e.getMessage(), e);
    }
  }

  private static Map<String, @Nullable Object> schema(String text) throws BadChartException {
    try {
      return JSON.readValue(text, MAP);
    } catch (JsonProcessingException e) {
      throw new BadChartException(SCHEMA + ": no JSON object of usual depth", e);
    }
  }
}
