package io.helmgate.deployer.chart;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
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
 * Reads values.yaml as Helm does (YAML 1.1, anchors, no times), into what JSON can hold, without
 * letting anchors multiply.
 */
final class YamlValues {
  /** Each level is up to three messages of a Struct, of which protobuf reads 100. */
  static final int MAX_DEPTH = 30;

  private static final int MAX_NODES = 100_000;

  private final String name;
  private int nodes;

  private YamlValues(String name) {
    this.name = name;
  }

  /**
   * Reads a mapping; an empty text is an empty one.
   *
   * @param name of the file, for messages
   * @throws BadChartException when it is none, or too large
   */
  static Map<String, @Nullable Object> read(String name, String text) throws BadChartException {
    Object read;
    try {
      read = yaml(text.length()).load(text);
    } catch (YAMLException e) {
      throw new BadChartException(name + ": no YAML of usual depth", e);
    }
    return switch (read) {
      case null -> Map.of();
      case Map<?, ?> map -> new YamlValues(name).map(map, 1);
      default -> throw new BadChartException(name + ": no mapping");
    };
  }

  private static Yaml yaml(int size) {
    LoaderOptions options = new LoaderOptions();
    options.setCodePointLimit(Math.max(size, 1));
    options.setNestingDepthLimit(MAX_DEPTH);
    DumperOptions unused = new DumperOptions();
    return new Yaml(
        new SafeConstructor(options), new Representer(unused), unused, options, new WithoutTimes());
  }

  private Map<String, @Nullable Object> map(Map<?, ?> map, int depth) throws BadChartException {
    Map<String, @Nullable Object> copy = new LinkedHashMap<>();
    for (Map.Entry<?, ?> entry : map.entrySet()) {
      copy.put(String.valueOf(entry.getKey()), value(entry.getValue(), depth + 1));
    }
    return copy;
  }

  private @Nullable Object value(@Nullable Object value, int depth) throws BadChartException {
    nodes++;
    if (nodes > MAX_NODES) {
      throw new BadChartException(name + ": more than " + MAX_NODES + " values");
    }
    // Anchors can nest deeper than the text does, or within themselves.
    if (depth > MAX_DEPTH) {
      throw new BadChartException(name + ": nested more than " + MAX_DEPTH + " levels deep");
    }
    return switch (value) {
      case Map<?, ?> map -> map(map, depth);
      case List<?> list -> {
        List<@Nullable Object> copy = new ArrayList<>();
        for (Object element : list) {
          copy.add(value(element, depth + 1));
        }
        yield copy;
      }
      case Double number when !Double.isFinite(number) -> number.toString();
      case Boolean _, Number _, String _ -> value;
      case null -> null;
      default -> String.valueOf(value);
    };
  }

  private static final class WithoutTimes extends Resolver {
    @Override
    public void addImplicitResolver(Tag tag, Pattern form, String first, int limit) {
      if (!tag.equals(Tag.TIMESTAMP)) {
        super.addImplicitResolver(tag, form, first, limit);
      }
    }
  }
}
