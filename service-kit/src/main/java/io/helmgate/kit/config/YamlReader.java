package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import java.io.StringReader;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Collections;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.IntFunction;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.composer.Composer;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.NodeTuple;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;
import org.yaml.snakeyaml.nodes.Tag;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Turns YAML text into a tree and notes where each value stands. It works on the node graph rather
 * than on a binding, since only there all duplicate keys and all line numbers are seen.
 */
final class YamlReader {
  private static final JsonNodeFactory JSON = JsonNodeFactory.instance;

  /** Each level of aliases can double the tree: this many make at most a few thousand nodes. */
  private static final int MOST_ALIASES = 12;

  private final IntFunction<Origin> origin;
  private final Map<KeyPath, Origin> origins;
  private final Problems problems;

  /** The nodes that the one being read is part of. */
  private final Set<Node> around = Collections.newSetFromMap(new IdentityHashMap<>());

  /**
   * @param origin from a line of the text (0: unknown) to what is reported
   * @param origins takes where each value stands
   */
  YamlReader(IntFunction<Origin> origin, Map<KeyPath, Origin> origins, Problems problems) {
    this.origin = origin;
    this.origins = origins;
    this.problems = problems;
  }

  /** The value of the text; empty when it is not YAML, which is then reported. */
  Optional<JsonNode> read(String text, KeyPath at) {
    LoaderOptions options = new LoaderOptions();
    options.setMaxAliasesForCollections(MOST_ALIASES);
    // Nothing is constructed by tag here: all foreign tags are reported, not only the first.
    options.setTagInspector(tag -> true);
    StreamReader reader = new StreamReader(new StringReader(text));
    Composer composer = new Composer(new ParserImpl(reader, options), new PlainScalars(), options);
    try {
      Node node = composer.getSingleNode();
      return Optional.of(node == null ? JSON.nullNode() : value(node, at));
    } catch (MarkedYAMLException e) {
      Mark mark = Optional.ofNullable(e.getProblemMark()).orElse(e.getContextMark());
      String column = mark == null ? "" : " in column " + (mark.getColumn() + 1);
      int line = mark == null ? 0 : mark.getLine() + 1;
      problems.report(origin.apply(line), at, "not YAML" + column, YamlFault.words(e));
      return Optional.empty();
    } catch (YAMLException e) {
      problems.report(origin.apply(0), at, "not YAML", YamlFault.words(e));
      return Optional.empty();
    }
  }

  private JsonNode value(Node node, KeyPath at) {
    origins.putIfAbsent(at, origin.apply(line(node)));
    if (!around.add(node)) {
      return refused(node, at, "an alias that contains itself");
    }
    JsonNode value = plain(node, at);
    around.remove(node);
    return value;
  }

  private JsonNode plain(Node node, KeyPath at) {
    return switch (node) {
      case MappingNode mapping when Tag.MAP.equals(mapping.getTag()) -> mapping(mapping, at);
      case SequenceNode sequence when Tag.SEQ.equals(sequence.getTag()) -> sequence(sequence, at);
      case ScalarNode scalar -> scalar(scalar, at);
      default -> refused(node, at, "the YAML tag " + node.getTag().getValue());
    };
  }

  private JsonNode mapping(MappingNode mapping, KeyPath at) {
    var object = JSON.objectNode();
    Map<String, Integer> firstLines = new HashMap<>();
    for (NodeTuple entry : mapping.getValue()) {
      int line = line(entry.getKeyNode());
      if (!(entry.getKeyNode() instanceof ScalarNode name)) {
        problems.report(origin.apply(line), at, "a key that is no text", "expected: text as key");
        continue;
      }
      KeyPath child = at.key(name.getValue());
      Integer first = firstLines.putIfAbsent(name.getValue(), line);
      if (first == null) {
        origins.put(child, origin.apply(line));
        object.set(name.getValue(), value(entry.getValueNode(), child));
      } else {
        problems.report(
            origin.apply(line), child, "written again", "expected: once; first on line " + first);
      }
    }
    return object;
  }

  private JsonNode sequence(SequenceNode sequence, KeyPath at) {
    var array = JSON.arrayNode();
    for (Node item : sequence.getValue()) {
      array.add(value(item, at.index(array.size())));
    }
    return array;
  }

  private JsonNode scalar(ScalarNode scalar, KeyPath at) {
    String text = scalar.getValue();
    Tag tag = scalar.getTag();
    try {
      if (Tag.STR.equals(tag)) {
        return JSON.textNode(text);
      } else if (Tag.NULL.equals(tag)) {
        return JSON.nullNode();
      } else if (Tag.BOOL.equals(tag)) {
        return JSON.booleanNode("true".equals(text.toLowerCase(Locale.ROOT)));
      } else if (Tag.INT.equals(tag)) {
        return number(new BigInteger(text));
      } else if (Tag.FLOAT.equals(tag)) {
        return JSON.numberNode(new BigDecimal(text));
      }
    } catch (NumberFormatException e) {
      return refused(scalar, at, "not the number that its tag says");
    }
    return refused(scalar, at, "the YAML tag " + tag.getValue());
  }

  /** The narrowest JSON form of an integer, as a JSON parser gives it. */
  static JsonNode number(BigInteger number) {
    return number.bitLength() < Integer.SIZE
        ? JSON.numberNode(number.intValue())
        : number.bitLength() < Long.SIZE
            ? JSON.numberNode(number.longValue())
            : JSON.numberNode(number);
  }

  private static int line(Node node) {
    return node.getStartMark().getLine() + 1;
  }

  private JsonNode refused(Node node, KeyPath at, String what) {
    problems.unreadable(
        origin.apply(line(node)), at, what, "expected: plain text, numbers and lists");
    return JSON.nullNode();
  }
}
