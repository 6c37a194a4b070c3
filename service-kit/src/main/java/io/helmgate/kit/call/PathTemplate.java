package io.helmgate.kit.call;

import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;

/**
 * A path template of {@code google.api.http}: literals, {@code *}, variables of one or more
 * segments, and a verb. {@code **} is not supported.
 *
 * @param segments literals, and {@code *} where any segment fits
 * @param variables which segments go into which field
 * @param verb what follows the last colon; empty for none
 */
record PathTemplate(List<String> segments, List<Variable> variables, String verb) {

  static final String ANY = "*";

  /**
   * A variable of the template.
   *
   * @param fieldPath dotted proto field names
   * @param from its first segment
   * @param to the segment after its last
   */
  record Variable(String fieldPath, int from, int to) {}

  /** Throws IllegalArgumentException if the template is broken or not supported. */
  static PathTemplate parse(String template) {
    return new Parser(template).parse();
  }

  boolean matches(List<String> path, String pathVerb) {
    if (path.size() != segments.size() || !pathVerb.equals(verb)) {
      return false;
    }
    for (int i = 0; i < path.size(); i++) {
      String segment = segments.get(i);
      // Literals are compared undecoded: a literal has one spelling.
      if (segment.equals(ANY) ? path.get(i).isEmpty() : !segment.equals(path.get(i))) {
        return false;
      }
    }
    return true;
  }

  /** Whether some path fits both templates. */
  boolean overlaps(PathTemplate other) {
    if (segments.size() != other.segments.size() || !verb.equals(other.verb)) {
      return false;
    }
    for (int i = 0; i < segments.size(); i++) {
      String mine = segments.get(i);
      String theirs = other.segments.get(i);
      if (!mine.equals(ANY) && !theirs.equals(ANY) && !mine.equals(theirs)) {
        return false;
      }
    }
    return true;
  }

  private static final class Parser {
    private final String template;
    private final List<String> segments = new ArrayList<>();
    private final List<Variable> variables = new ArrayList<>();
    private final Set<String> names = new HashSet<>();

    Parser(String template) {
      this.template = template;
    }

    PathTemplate parse() {
      int verbAt = template.indexOf(':', Math.max(lastIndex('/'), lastIndex('}')));
      String verb = verbAt < 0 ? "" : template.substring(verbAt + 1);
      String path = verbAt < 0 ? template : template.substring(0, verbAt);
      if (!path.startsWith("/") || (verbAt >= 0 && !isLiteral(verb))) {
        throw broken("expected: /segment/{variable}:verb");
      }
      int at = 0;
      while (at < path.length()) {
        if (path.charAt(at) != '/') {
          throw broken("expected: a slash at " + at);
        }
        at = segment(path, at + 1);
      }
      return new PathTemplate(List.copyOf(segments), List.copyOf(variables), verb);
    }

    private int segment(String path, int at) {
      if (at < path.length() && path.charAt(at) == '{') {
        int end = path.indexOf('}', at);
        if (end < 0) {
          throw broken("expected: } after the variable at " + at);
        }
        variable(path.substring(at + 1, end));
        return end + 1;
      }
      int slash = path.indexOf('/', at);
      int end = slash < 0 ? path.length() : slash;
      plain(path.substring(at, end));
      return end;
    }

    private void variable(String text) {
      int equals = text.indexOf('=');
      String name = equals < 0 ? text : text.substring(0, equals);
      int from = segments.size();
      for (String part : (equals < 0 ? ANY : text.substring(equals + 1)).split("/", -1)) {
        plain(part);
      }
      if (!name.matches("[A-Za-z_][A-Za-z0-9_]*(\\.[A-Za-z_][A-Za-z0-9_]*)*") || !names.add(name)) {
        throw broken("expected: a field path, once, instead of " + name);
      }
      variables.add(new Variable(name, from, segments.size()));
    }

    private void plain(String segment) {
      if (!segment.equals(ANY) && !isLiteral(segment)) {
        throw broken("expected: a literal or *, instead of '" + segment + "'");
      }
      segments.add(segment);
    }

    private int lastIndex(char c) {
      return Math.max(0, template.lastIndexOf(c));
    }

    private static boolean isLiteral(String text) {
      return text.matches("[A-Za-z0-9_~-][A-Za-z0-9_.~-]*");
    }

    private IllegalArgumentException broken(String expected) {
      return new IllegalArgumentException("google.api.http: " + template + " (" + expected + ")");
    }
  }
}
