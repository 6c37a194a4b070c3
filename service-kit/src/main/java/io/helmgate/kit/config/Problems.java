package io.helmgate.kit.config;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Collects everything that is wrong, with the place where it was written. */
public final class Problems {
  private static final int LONGEST_VALUE = 80;

  private record Entry(Origin origin, KeyPath path, Problem problem) {}

  private final ConfigTree tree;
  private final SchemaNode schema;
  private final List<Entry> entries = new ArrayList<>();

  /** Values that were reported as unreadable: what the schema says of them adds nothing. */
  private final List<KeyPath> unreadable = new ArrayList<>();

  /** Keys that an unknown key was probably meant to be. */
  private final List<KeyPath> misspelt = new ArrayList<>();

  Problems(ConfigTree tree, SchemaNode schema) {
    this.tree = tree;
    this.schema = schema;
  }

  /**
   * Reports a broken rule over several keys.
   *
   * @param key the key that should be changed, as a path from the top ({@code repos[1].name})
   * @param expected what would be right, in plain words
   * @param involved the other keys that the rule looked at: when one of them has a problem of its
   *     own, this report is left out
   */
  public void add(String key, String expected, String... involved) {
    KeyPath path = KeyPath.parse(key);
    boolean known = hasProblem(path);
    for (String other : involved) {
      known |= hasProblem(KeyPath.parse(other));
    }
    if (!known) {
      report(tree.originOf(path), path, shown(path), "expected: " + expected);
    }
  }

  /** Reports that the value at this place, or its absence, breaks the schema. */
  void value(KeyPath path) {
    if (unreadable.stream().anyMatch(path::isWithin)) {
      return;
    }
    String expected = schema.at(path).map(SchemaNode::expected).orElse("another value");
    JsonNode value = path.in(tree.root());
    boolean unquoted = expected.startsWith("text") && (value.isNumber() || value.isBoolean());
    report(
        tree.originOf(path),
        path,
        shown(path),
        "expected: " + expected + (unquoted ? "; write it in quotes" : ""));
  }

  /** Reports a key that the schema does not know. */
  void unknown(KeyPath path) {
    SchemaNode parent = schema.at(path.parent()).orElse(schema);
    String name = path.lastKey();
    Optional<KeyPath> near =
        NearestKey.to(name, parent.knownKeys()).map(key -> path.parent().key(key));
    near.ifPresent(misspelt::add);
    boolean secret =
        SchemaNode.soundsSecret(name)
            || near.flatMap(schema::at).filter(SchemaNode::secret).isPresent();
    String remark =
        near.map(key -> "; did you mean " + key + "?")
            .orElseGet(() -> "; known here: " + String.join(", ", parent.knownKeys()));
    report(
        tree.originOf(path),
        path,
        secret ? Secret.MASK : shown(path.in(tree.root())),
        "unknown key" + remark);
  }

  /** Reports a value that is in no form that a schema can judge. */
  void unreadable(Origin origin, KeyPath path, String what, String remark) {
    unreadable.add(path);
    report(origin, path, what, remark);
  }

  /** Reports something that only the caller knows. */
  void report(Origin origin, KeyPath path, String value, String remark) {
    Problem problem = new Problem(origin.toString(), path.toString(), value, remark);
    Entry entry = new Entry(origin, path, problem);
    if (!entries.contains(entry)) {
      entries.add(entry);
    }
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  /** The places that have a problem. */
  List<KeyPath> places() {
    return entries.stream().map(Entry::path).toList();
  }

  /** All problems, those of the file first, in order of lines. */
  List<Problem> list() {
    return entries.stream()
        .sorted(Comparator.comparing(Entry::origin).thenComparing(entry -> entry.path().toString()))
        .map(Entry::problem)
        .toList();
  }

  private boolean hasProblem(KeyPath path) {
    return Stream.concat(entries.stream().map(Entry::path), misspelt.stream())
        .anyMatch(place -> !place.isRoot() && (path.isWithin(place) || place.isWithin(path)));
  }

  /** The value at this place as a report shows it: masked when it is secret. */
  String shown(KeyPath path) {
    JsonNode value = path.in(tree.root());
    boolean secret = schema.at(path).filter(SchemaNode::secret).isPresent();
    return secret && !value.isMissingNode() && !value.isNull() ? Secret.MASK : shown(value);
  }

  static String shown(JsonNode value) {
    return switch (value.getNodeType()) {
      case MISSING -> "not set";
      case NULL -> "no value";
      case OBJECT, POJO -> "a mapping";
      case ARRAY -> "a list";
      case STRING, BINARY -> quoted(value.asText());
      case BOOLEAN, NUMBER -> value.asText();
    };
  }

  private static String quoted(String text) {
    boolean tooLong = text.length() > LONGEST_VALUE;
    return TextNode.valueOf(tooLong ? text.substring(0, LONGEST_VALUE) + "…" : text).toString();
  }
}
