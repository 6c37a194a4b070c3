package io.helmgate.deployer.yaml;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.error.Mark;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.events.AliasEvent;
import org.yaml.snakeyaml.events.CollectionStartEvent;
import org.yaml.snakeyaml.events.Event;
import org.yaml.snakeyaml.events.MappingStartEvent;
import org.yaml.snakeyaml.events.ScalarEvent;
import org.yaml.snakeyaml.events.SequenceStartEvent;
import org.yaml.snakeyaml.parser.Parser;
import org.yaml.snakeyaml.parser.ParserImpl;
import org.yaml.snakeyaml.reader.StreamReader;

/**
 * Reads YAML as Helm and the API server do (sigs.k8s.io/yaml): types of YAML 1.1, anchors and merge
 * keys, keys as texts, of equal keys the last one. What aliases repeat counts as often as it stands
 * there, before memory is taken for it.
 */
public final class YamlReader {
  /** More than manifests have that Helm can store. */
  private static final int USUAL_NODES = 1_000_000;

  private static final int USUAL_DEPTH = 200;

  /** For the text, and for all that aliases make of it. */
  private static final int MAX_TEXT = 32 << 20;

  private final int maxNodes;
  private final int maxDepth;

  /** A reader of what Helm reads: manifests and values. */
  public YamlReader() {
    this(USUAL_NODES, USUAL_DEPTH);
  }

  /**
   * @param maxNodes of keys, values, maps and lists
   * @param maxDepth of maps and lists in each other
   */
  public YamlReader(int maxNodes, int maxDepth) {
    this.maxNodes = maxNodes;
    this.maxDepth = maxDepth;
  }

  /** The mapping that the first document is, as Helm reads values; an empty one for no text. */
  public Map<String, @Nullable Object> mapping(String text) throws NoYamlException {
    List<@Nullable Object> documents = new Reading(text).documents(1);
    Object document = documents.isEmpty() ? null : documents.getFirst();
    if (document == null) {
      return Map.of();
    }
    return asMap(document).orElseThrow(() -> new NoYamlException("no mapping"));
  }

  /** All documents; null for an empty one. */
  public List<@Nullable Object> documents(String text) throws NoYamlException {
    return new Reading(text).documents(Integer.MAX_VALUE);
  }

  /** All maps that are read have texts as their keys. */
  @SuppressWarnings("unchecked")
  private static Optional<Map<String, @Nullable Object>> asMap(@Nullable Object value) {
    return value instanceof Map<?, ?> map
        ? Optional.of((Map<String, @Nullable Object>) map)
        : Optional.empty();
  }

  /** A collection that is still open: it cannot stand within itself. */
  private enum Open {
    COLLECTION
  }

  /** Of one text. */
  private final class Reading {
    private final Parser parser;
    private final Map<String, @Nullable Object> anchors = new HashMap<>();
    private int nodes;
    private long length;

    Reading(String text) throws NoYamlException {
      if (text.length() > MAX_TEXT) {
        throw tooLong();
      }
      LoaderOptions options = new LoaderOptions();
      options.setCodePointLimit(MAX_TEXT);
      this.parser = new ParserImpl(new StreamReader(text), options);
    }

    List<@Nullable Object> documents(int limit) throws NoYamlException {
      try {
        List<@Nullable Object> documents = new ArrayList<>();
        next(Event.ID.StreamStart);
        while (documents.size() < limit && !parser.checkEvent(Event.ID.StreamEnd)) {
          next(Event.ID.DocumentStart);
          anchors.clear();
          documents.add(value(parser.getEvent(), 1));
          next(Event.ID.DocumentEnd);
        }
        return documents;
      } catch (MarkedYAMLException e) {
        Mark mark = e.getProblemMark();
        throw new NoYamlException(
            mark == null
                ? "no YAML"
                : "no YAML at line %d, column %d"
                    .formatted(mark.getLine() + 1, mark.getColumn() + 1));
      } catch (YAMLException | IllegalArgumentException e) {
        // The latter for characters beyond Unicode's, or versions beyond an int's.
        throw new NoYamlException("no YAML");
      }
    }

    private void next(Event.ID expected) throws NoYamlException {
      if (!parser.getEvent().is(expected)) {
        throw new NoYamlException("no YAML");
      }
    }

    private @Nullable Object value(Event event, int depth) throws NoYamlException {
      return switch (event) {
        case ScalarEvent scalar -> {
          Object value = scalar(scalar);
          anchor(scalar.getAnchor(), value);
          yield value;
        }
        case AliasEvent alias -> copy(anchored(alias), depth);
        case SequenceStartEvent start -> collection(start, sequence(start, depth));
        case MappingStartEvent start -> collection(start, mapping(start, depth));
        default -> throw new NoYamlException("no YAML");
      };
    }

    private Object collection(CollectionStartEvent start, Object read) {
      anchor(start.getAnchor(), read);
      return read;
    }

    private void anchor(@Nullable String anchor, @Nullable Object value) {
      if (anchor != null) {
        anchors.put(anchor, value);
      }
    }

    private @Nullable Object anchored(AliasEvent alias) throws NoYamlException {
      Object value = anchors.get(alias.getAnchor());
      if (value == Open.COLLECTION || !anchors.containsKey(alias.getAnchor())) {
        throw new NoYamlException("an alias of nothing, or of what it is part of");
      }
      return value;
    }

    private @Nullable Object scalar(ScalarEvent scalar) throws NoYamlException {
      count(scalar.getValue().length());
      return Scalars.of(
          scalar.getTag(), !scalar.getImplicit().canOmitTagInPlainScalar(), scalar.getValue());
    }

    private List<@Nullable Object> sequence(SequenceStartEvent start, int depth)
        throws NoYamlException {
      open(start, depth);
      List<@Nullable Object> list = new ArrayList<>();
      for (Event next = parser.getEvent();
          !next.is(Event.ID.SequenceEnd);
          next = parser.getEvent()) {
        list.add(value(next, depth + 1));
      }
      return list;
    }

    private Map<String, @Nullable Object> mapping(MappingStartEvent start, int depth)
        throws NoYamlException {
      open(start, depth);
      Map<String, @Nullable Object> map = new LinkedHashMap<>();
      for (Event next = parser.getEvent();
          !next.is(Event.ID.MappingEnd);
          next = parser.getEvent()) {
        if (isMerge(next)) {
          merge(value(parser.getEvent(), depth + 1), map);
        } else {
          String key = Scalars.key(value(next, depth + 1));
          map.put(key, value(parser.getEvent(), depth + 1));
        }
      }
      return map;
    }

    private void open(CollectionStartEvent start, int depth) throws NoYamlException {
      count(0);
      checkDepth(depth);
      anchor(start.getAnchor(), Open.COLLECTION);
    }

    private static boolean isMerge(Event key) {
      return key instanceof ScalarEvent scalar
          && scalar.getValue().equals("<<")
          && (scalar.getTag() == null
              ? scalar.getImplicit().canOmitTagInPlainScalar()
              : scalar.getTag().equals("tag:yaml.org,2002:merge"));
    }

    /** Over what stands before it and under what follows; of several maps, the first wins. */
    private static void merge(@Nullable Object from, Map<String, @Nullable Object> into)
        throws NoYamlException {
      List<?> maps = from instanceof List<?> list ? list.reversed() : List.of(merged(from));
      for (Object map : maps) {
        into.putAll(merged(map));
      }
    }

    private static Map<String, @Nullable Object> merged(@Nullable Object value)
        throws NoYamlException {
      return asMap(value).orElseThrow(() -> new NoYamlException("a merge of what is no mapping"));
    }

    /** Of its own, so that a change to one does not change the other. */
    private @Nullable Object copy(@Nullable Object value, int depth) throws NoYamlException {
      count(value instanceof String text ? text.length() : 0);
      return switch (value) {
        case Map<?, ?> map -> {
          checkDepth(depth);
          Map<String, @Nullable Object> copy = new LinkedHashMap<>();
          for (Map.Entry<?, ?> entry : map.entrySet()) {
            String key = String.valueOf(entry.getKey());
            count(key.length());
            copy.put(key, copy(entry.getValue(), depth + 1));
          }
          yield copy;
        }
        case List<?> list -> {
          checkDepth(depth);
          List<@Nullable Object> copy = new ArrayList<>();
          for (Object element : list) {
            copy.add(copy(element, depth + 1));
          }
          yield copy;
        }
        case null, default -> value;
      };
    }

    private void count(int text) throws NoYamlException {
      nodes++;
      length += text;
      if (nodes > maxNodes) {
        throw new NoYamlException("more than " + maxNodes + " values");
      }
      if (length > MAX_TEXT) {
        throw tooLong();
      }
    }

    private void checkDepth(int depth) throws NoYamlException {
      if (depth > maxDepth) {
        throw new NoYamlException("nested more than " + maxDepth + " levels deep");
      }
    }

    private static NoYamlException tooLong() {
      return new NoYamlException("more than " + (MAX_TEXT >> 20) + " MiB of text");
    }
  }
}
