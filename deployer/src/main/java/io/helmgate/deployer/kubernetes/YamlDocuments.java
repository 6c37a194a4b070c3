package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.helmgate.deployer.release.Manifests;
import io.helmgate.deployer.values.Values;
import io.helmgate.deployer.yaml.NoYamlException;
import io.helmgate.deployer.yaml.YamlReader;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** Rendered objects as YAML, read and written. */
public final class YamlDocuments implements Manifests {
  private static final YamlReader READER = new YamlReader();
  private static final ObjectMapper PLAIN = mapper(true);
  private static final ObjectMapper QUOTED = mapper(false);

  private static ObjectMapper mapper(boolean minimizeQuotes) {
    YAMLFactory factory =
        YAMLFactory.builder()
            .configure(YAMLGenerator.Feature.MINIMIZE_QUOTES, minimizeQuotes)
            .enable(YAMLGenerator.Feature.ALWAYS_QUOTE_NUMBERS_AS_STRINGS)
            .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
            .disable(YAMLGenerator.Feature.SPLIT_LINES)
            .build();
    return YAMLMapper.builder(factory)
        .enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS)
        .build();
  }

  @Override
  public Optional<List<Map<String, @Nullable Object>>> parse(String manifest) {
    try {
      return Optional.of(objects(manifest));
    } catch (NoYamlException e) {
      return Optional.empty();
    }
  }

  /** The objects of a manifest, those of lists one by one. */
  static List<Map<String, @Nullable Object>> objects(String manifest) throws NoYamlException {
    List<Map<String, @Nullable Object>> objects = new ArrayList<>();
    for (Object document : READER.documents(manifest)) {
      add(document, objects);
    }
    return objects;
  }

  private static void add(@Nullable Object document, List<Map<String, @Nullable Object>> objects) {
    if (!(document instanceof Map<?, ?> map) || !(map.get("kind") instanceof String kind)) {
      return;
    }
    if (kind.endsWith("List") && map.get("items") instanceof List<?> items) {
      items.forEach(item -> add(item, objects));
    } else {
      objects.add(Values.mapOf(map));
    }
  }

  @Override
  public String write(Map<String, @Nullable Object> object) {
    return write(PLAIN, object);
  }

  @Override
  public String writeQuoted(Map<String, @Nullable Object> object) {
    return write(QUOTED, object);
  }

  private static String write(ObjectMapper mapper, Map<String, @Nullable Object> object) {
    try {
      return mapper.writeValueAsString(object);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("every map of JSON values is YAML", e);
    }
  }
}
