package io.helmgate.deployer.helm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.deployer.chart.BadChartException;
import java.io.StringReader;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.DumperOptions.FlowStyle;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;

/**
 * Changes annotations in the text of a YAML document and leaves the rest of the text as it is: a
 * document that is parsed and written again would change types where Java and Helm read YAML
 * differently.
 */
final class AnnotatedYaml {
  private static final String ANNOTATIONS = "annotations";
  private static final String BYTE_ORDER_MARK = "\uFEFF";
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String text;

  private AnnotatedYaml(String text) {
    this.text = text;
  }

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
    String text =
        document.startsWith(BYTE_ORDER_MARK)
            ? document.substring(BYTE_ORDER_MARK.length())
            : document;
    return new AnnotatedYaml(text).annotate(path, dropped, added);
  }

  private String annotate(List<String> path, Predicate<String> dropped, Map<String, String> added)
      throws BadChartException {
    MappingNode holder = holder(path);
    Optional<NodeTuple> old =
        holder.getValue().stream()
            .filter(tuple -> text(tuple.getKeyNode()).equals(ANNOTATIONS))
            .findFirst();
    Map<String, String> annotations = new LinkedHashMap<>();
    if (old.isPresent() && old.get().getValueNode() instanceof MappingNode present) {
      for (NodeTuple tuple : present.getValue()) {
        if (!(tuple.getValueNode() instanceof ScalarNode value)) {
          throw new BadChartException("an annotation of the chart is no text");
        }
        if (!dropped.test(text(tuple.getKeyNode()))) {
          annotations.put(text(tuple.getKeyNode()), value.getValue());
        }
      }
    }
    annotations.putAll(added);
    String entry = "\"" + ANNOTATIONS + "\": " + json(annotations);
    return old.isPresent() ? replace(old.get(), entry) : insert(holder, entry);
  }

  private MappingNode holder(List<String> path) throws BadChartException {
    try {
      MappingNode holder = mapping(new Yaml(new LoaderOptions()).compose(new StringReader(text)));
      for (String key : path) {
        MappingNode parent = holder;
        holder =
            mapping(
                parent.getValue().stream()
                    .filter(tuple -> text(tuple.getKeyNode()).equals(key))
                    .map(NodeTuple::getValueNode)
                    .findFirst()
                    .orElse(null));
      }
      return holder;
    } catch (YAMLException e) {
      throw new BadChartException("a document of the chart is no YAML", e);
    }
  }

  private String replace(NodeTuple old, String entry) throws BadChartException {
    Mark start = old.getKeyNode().getStartMark();
    Mark end = old.getValueNode().getEndMark();
    if (old.getValueNode().getStartMark().getIndex() < old.getKeyNode().getEndMark().getIndex()) {
      throw new BadChartException("the annotations of the chart are an alias");
    }
    // A block ends where the next key begins, so that this key needs a line of its own again.
    boolean block =
        old.getValueNode() instanceof MappingNode mapping
            && mapping.getFlowStyle() == FlowStyle.BLOCK;
    String line = block ? "\n" + " ".repeat(end.getColumn()) : "";
    return text.substring(0, offset(start)) + entry + line + text.substring(offset(end));
  }

  private String insert(MappingNode holder, String entry) {
    Mark start = holder.getStartMark();
    int offset = offset(start);
    if (holder.getFlowStyle() == FlowStyle.BLOCK) {
      String line = "\n" + " ".repeat(start.getColumn());
      return text.substring(0, offset) + entry + line + text.substring(offset);
    }
    String separator = holder.getValue().isEmpty() ? "" : ", ";
    return text.substring(0, offset + 1) + entry + separator + text.substring(offset + 1);
  }

  /** Marks count code points. */
  private int offset(Mark mark) {
    return text.offsetByCodePoints(0, mark.getIndex());
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

  /** JSON is YAML, and quotes every text. */
  private static String json(Map<String, String> annotations) {
    try {
      return JSON.writeValueAsString(annotations);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a map of texts is JSON", e);
    }
  }
}
