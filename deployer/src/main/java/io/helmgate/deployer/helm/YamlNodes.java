package io.helmgate.deployer.helm;

import io.helmgate.deployer.chart.BadChartException;
import java.io.StringReader;
import java.io.StringWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.DumperOptions.ScalarStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.Tag;

/**
 * Changes annotations in a YAML document without touching anything else in it: scalars keep their
 * spelling, so that none changes its type between Java's reading of YAML and Helm's.
 */
final class YamlNodes {
  private static final String ANNOTATIONS = "annotations";

  private YamlNodes() {}

  /**
   * Drops and adds annotations.
   *
   * @param document a mapping whose {@code annotations} are to be changed
   * @param path the keys of the mapping that holds the annotations, from the root
   * @param dropped which annotations of the document are left out
   * @throws BadChartException when the document is no such mapping
   */
  static String annotate(
      String document, List<String> path, Predicate<String> dropped, Map<String, String> added)
      throws BadChartException {
    Yaml yaml = new Yaml(new LoaderOptions(), new DumperOptions());
    try {
      MappingNode root = mapping(yaml.compose(new StringReader(document)));
      MappingNode holder = root;
      for (String key : path) {
        holder = mapping(get(holder, key));
      }
      Node old = get(holder, ANNOTATIONS);
      List<NodeTuple> annotations = new ArrayList<>();
      if (old instanceof MappingNode present) {
        present.getValue().stream()
            .filter(tuple -> !dropped.test(text(tuple.getKeyNode())))
            .forEach(annotations::add);
      }
      added.forEach((key, value) -> annotations.add(new NodeTuple(plain(key), quoted(value))));
      replace(holder, new MappingNode(Tag.MAP, annotations, FlowStyle.BLOCK));
      StringWriter changed = new StringWriter();
      yaml.serialize(root, changed);
      return changed.toString();
    } catch (YAMLException e) {
      throw new BadChartException("a document of the chart is no YAML", e);
    }
  }

  private static void replace(MappingNode holder, Node annotations) {
    List<NodeTuple> tuples = new ArrayList<>(holder.getValue());
    tuples.removeIf(tuple -> text(tuple.getKeyNode()).equals(ANNOTATIONS));
    tuples.add(new NodeTuple(plain(ANNOTATIONS), annotations));
    holder.setValue(tuples);
  }

  private static @Nullable Node get(MappingNode mapping, String key) {
    for (NodeTuple tuple : mapping.getValue()) {
      if (text(tuple.getKeyNode()).equals(key)) {
        return tuple.getValueNode();
      }
    }
    return null;
  }

  private static MappingNode mapping(@Nullable Node node) throws BadChartException {
    if (node instanceof MappingNode mapping) {
      return mapping;
    }
    throw new BadChartException("a document of the chart is no mapping where one is expected");
  }

  private static String text(Node node) {
    return node instanceof ScalarNode scalar ? scalar.getValue() : "";
  }

  private static ScalarNode plain(String text) {
    return new ScalarNode(Tag.STR, text, null, null, ScalarStyle.PLAIN);
  }

  private static ScalarNode quoted(String text) {
    return new ScalarNode(Tag.STR, text, null, null, ScalarStyle.DOUBLE_QUOTED);
  }
}
