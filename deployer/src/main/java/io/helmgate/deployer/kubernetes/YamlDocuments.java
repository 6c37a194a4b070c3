package io.helmgate.deployer.kubernetes;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import io.helmgate.deployer.release.Manifests;
import java.util.ArrayList;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.representer.Representer;
import org.yaml.snakeyaml.resolver.Resolver;

/**
 * YAML to plain maps and back. It is read as Helm and the API server do, whose YAML is mostly 1.1:
 * {@code yes} is a boolean and {@code 0755} is octal, but times and {@code 1:30} are texts.
 */
public final class YamlDocuments implements Manifests {
  private static final int LIMIT = 64 << 20;
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

  /** Types of scalars without quotes. */
  private static final class Scalars extends Resolver {
    private static final Pattern INTEGER =
        Pattern.compile("[-+]?(?:0|[1-9][0-9_]*|0[0-7_]+|0b[01_]+|0x[0-9a-fA-F_]+)");
    private static final Pattern DECIMAL =
        Pattern.compile(
            "[-+]?(?:[0-9][0-9_]*\\.[0-9_]*|\\.[0-9][0-9_]*|[0-9][0-9_]*(?=[eE]))"
                + "(?:[eE][-+]?[0-9]+)?"
                + "|[-+]?\\.(?:inf|Inf|INF)|\\.(?:nan|NaN|NAN)");

    @Override
    protected void addImplicitResolvers() {
      addImplicitResolver(Tag.BOOL, BOOL, "yYnNtTfFoO");
      addImplicitResolver(Tag.INT, INTEGER, "-+0123456789");
      addImplicitResolver(Tag.FLOAT, DECIMAL, "-+0123456789.");
      addImplicitResolver(Tag.MERGE, MERGE, "<");
      addImplicitResolver(Tag.NULL, NULL, "~nN\0");
      addImplicitResolver(Tag.NULL, EMPTY, null);
    }
  }

  /** For one thread. */
  private static Yaml yaml() {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(LIMIT);
    DumperOptions dumper = new DumperOptions();
    return new Yaml(
        new SafeConstructor(options), new Representer(dumper), dumper, options, new Scalars());
  }

  /** The one mapping that a text is; no values for an empty text. */
  static Optional<Map<String, @Nullable Object>> mapping(String text) {
    try {
      Object document = yaml().load(text);
      if (document == null) {
        return Optional.of(Map.of());
      }
      return document instanceof Map<?, ?> map ? Optional.of(map(map)) : Optional.empty();
    } catch (YAMLException e) {
      return Optional.empty();
    }
  }

  @Override
  public Optional<List<Map<String, @Nullable Object>>> parse(String manifest) {
    List<Map<String, @Nullable Object>> objects = new ArrayList<>();
    try {
      for (Object document : yaml().loadAll(manifest)) {
        add(document, objects);
      }
      return Optional.of(objects);
    } catch (YAMLException e) {
      return Optional.empty();
    }
  }

  private static void add(@Nullable Object document, List<Map<String, @Nullable Object>> objects) {
    if (!(document instanceof Map<?, ?> map) || !(map.get("kind") instanceof String kind)) {
      return;
    }
    if (kind.endsWith("List") && map.get("items") instanceof List<?> items) {
      items.forEach(item -> add(item, objects));
    } else {
      objects.add(map(map));
    }
  }

  private static Map<String, @Nullable Object> map(Map<?, ?> map) {
    Map<String, @Nullable Object> plain = new LinkedHashMap<>();
    map.forEach((name, value) -> plain.put(String.valueOf(name), plain(value)));
    return plain;
  }

  private static @Nullable Object plain(@Nullable Object value) {
    return switch (value) {
      case Map<?, ?> map -> map(map);
      case List<?> list -> {
        List<@Nullable Object> plain = new ArrayList<>();
        list.forEach(each -> plain.add(plain(each)));
        yield plain;
      }
      case byte[] bytes -> Base64.getEncoder().encodeToString(bytes);
      case null, default -> value;
    };
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
