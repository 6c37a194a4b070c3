package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.helmgate.deployer.release.Manifests;
import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;

/** YAML to plain maps and back. */
public final class YamlDocuments implements Manifests {
  private static final int LIMIT = 64 << 20;
  private static final TypeReference<LinkedHashMap<String, @Nullable Object>> MAP =
      new TypeReference<>() {};
  private static final ObjectMapper YAML =
      YAMLMapper.builder(factory())
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
          .build();
  private static final ObjectWriter WRITER = YAML.writer();

  private static YAMLFactory factory() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LIMIT);
    return YAMLFactory.builder()
        .loaderOptions(options)
        .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
        .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
        .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
        .disable(YAMLGenerator.Feature.SPLIT_LINES)
        .build();
  }

  /** The one mapping that a text is; no values for an empty text. */
  static Optional<Map<String, @Nullable Object>> mapping(String text) {
    try {
      JsonNode document = YAML.readTree(text);
      if (document.isNull() || document.isMissingNode()) {
        return Optional.of(Map.of());
      }
      return document.isObject() ? Optional.of(YAML.convertValue(document, MAP)) : Optional.empty();
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<List<Map<String, @Nullable Object>>> parse(String manifest) {
    List<Map<String, @Nullable Object>> objects = new ArrayList<>();
    try (MappingIterator<JsonNode> documents =
        YAML.readerFor(JsonNode.class).readValues(manifest)) {
      while (documents.hasNextValue()) {
        add(documents.nextValue(), objects);
      }
      return Optional.of(objects);
    } catch (IOException e) {
      return Optional.empty();
    }
  }

  private static void add(JsonNode document, List<Map<String, @Nullable Object>> objects) {
    if (document.path("kind").asText().endsWith("List") && document.path("items").isArray()) {
      document.path("items").forEach(item -> add(item, objects));
    } else if (!document.path("kind").asText().isEmpty()) {
      objects.add(YAML.convertValue(document, MAP));
    }
  }

  @Override
  public String write(Map<String, @Nullable Object> object) {
    try {
      return WRITER.writeValueAsString(object);
    } catch (IOException e) {
      throw new IllegalStateException("every map of JSON values is YAML", e);
    }
  }
}
