package io.helmgate.kit.config;

import java.util.List;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;

/** Says in plain words what SnakeYAML found wrong. Its own text quotes the file, secrets too. */
final class YamlFault {
  private record Words(String found, String said) {}

  private static final List<Words> WORDS =
      List.of(
          new Words(
              "mapping values are not allowed here",
              "a colon where no key may stand: check the indentation, or put the value in quotes"),
          new Words("'\\t(TAB)'", "a tab: YAML is indented by spaces"),
          new Words("stream end", "a quote or bracket that is never closed"),
          new Words("unexpected end of stream", "a quote or bracket that is never closed"),
          new Words("could not find expected ':'", "a key without a colon"),
          new Words("while parsing a block", "an indentation that fits no line above"),
          new Words("while parsing a flow", "a list or mapping in brackets that lacks a comma"),
          new Words("undefined alias", "an alias (*name) without its anchor (&name)"),
          new Words("another document", "a second document; only one may be in the file"),
          new Words("unknown escape", "a backslash that escapes nothing: use single quotes"),
          new Words("cannot start any token", "a character that needs the value to be in quotes"),
          new Words("aliases for non-scalar nodes", "too many aliases"),
          new Words("special characters", "a character that may not stand in a text file"));

  private YamlFault() {}

  static String words(YAMLException fault) {
    String text =
        fault instanceof MarkedYAMLException marked
            ? marked.getContext() + " " + marked.getProblem()
            : String.valueOf(fault.getMessage());
    return "found: "
        + WORDS.stream()
            .filter(words -> text.contains(words.found()))
            .map(Words::said)
            .findFirst()
            .orElse("something that is not YAML here");
  }
}
