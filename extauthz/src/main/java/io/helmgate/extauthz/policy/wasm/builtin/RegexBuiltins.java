package io.helmgate.extauthz.policy.wasm.builtin;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.google.re2j.Matcher;
import com.google.re2j.Pattern;
import com.google.re2j.PatternSyntaxException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** {@code regex.*} with RE2 syntax and matching in linear time. */
final class RegexBuiltins {

  private static final int CACHED_PATTERNS = 100;

  private final Cache<String, Pattern> patterns =
      Caffeine.newBuilder().maximumSize(CACHED_PATTERNS).build();

  Map<String, Builtin> all() {
    return Map.of(
        "regex.find_n", (context, operands) -> find(operands),
        "regex.replace", (context, operands) -> replace(operands),
        "regex.split", (context, operands) -> split(operands),
        "regex.template_match", (context, operands) -> templateMatch(operands));
  }

  private Pattern pattern(String text) {
    try {
      return patterns.get(text, Pattern::compile);
    } catch (PatternSyntaxException e) {
      throw new BuiltinError("pattern: " + e.getMessage());
    }
  }

  /**
   * A match.
   *
   * @param groups the whole match first; empty where a group took no part
   */
  private record Match(int start, int end, List<Optional<String>> groups) {}

  /** Go's {@code FindAll}: an empty match right after a match does not count. */
  private static List<Match> matches(Pattern pattern, String text, long limit) {
    List<Match> found = new ArrayList<>();
    Matcher matcher = pattern.matcher(text);
    int position = 0;
    int lastEnd = -1;
    while (position <= text.length() && (limit < 0 || found.size() < limit)) {
      if (!matcher.find(position)) {
        break;
      }
      boolean counts = true;
      if (matcher.end() == position) {
        counts = matcher.start() != lastEnd;
        position += position < text.length() ? Character.charCount(text.codePointAt(position)) : 1;
      } else {
        position = matcher.end();
      }
      lastEnd = matcher.end();
      if (counts) {
        found.add(new Match(matcher.start(), matcher.end(), groups(matcher)));
      }
    }
    return found;
  }

  private static List<Optional<String>> groups(Matcher matcher) {
    List<Optional<String>> groups = new ArrayList<>();
    for (int group = 0; group <= matcher.groupCount(); group++) {
      groups.add(Optional.ofNullable(matcher.group(group)));
    }
    return groups;
  }

  private Term find(List<Term> operands) {
    Pattern pattern = pattern(Operands.text(operands, 0));
    String text = Operands.text(operands, 1);
    long limit = Operands.integer(operands, 2);
    return Term.array(
        matches(pattern, text, limit).stream()
            .map(match -> Term.text(text.substring(match.start(), match.end())))
            .toList());
  }

  private Term split(List<Term> operands) {
    String expression = Operands.text(operands, 0);
    Pattern pattern = pattern(expression);
    String text = Operands.text(operands, 1);
    List<Term> parts = new ArrayList<>();
    if (!expression.isEmpty() && text.isEmpty()) {
      return Term.array(List.of(Term.text("")));
    }
    int begin = 0;
    int end = 0;
    for (Match match : matches(pattern, text, -1)) {
      end = match.start();
      if (match.end() != 0) {
        parts.add(Term.text(text.substring(begin, end)));
      }
      begin = match.end();
    }
    if (end != text.length()) {
      parts.add(Term.text(text.substring(begin)));
    }
    return Term.array(parts);
  }

  private Term replace(List<Term> operands) {
    String text = Operands.text(operands, 0);
    Pattern pattern = pattern(Operands.text(operands, 1));
    String template = Operands.text(operands, 2);
    StringBuilder out = new StringBuilder();
    int last = 0;
    for (Match match : matches(pattern, text, -1)) {
      out.append(text, last, match.start());
      expand(template, pattern, match, out);
      last = match.end();
    }
    return Term.text(out.append(text, last, text.length()).toString());
  }

  /** Go's {@code Regexp.Expand}: {@code $1}, {@code ${1}}, {@code $name}, {@code $$}. */
  private static void expand(String template, Pattern pattern, Match match, StringBuilder out) {
    int at = 0;
    while (at < template.length()) {
      int dollar = template.indexOf('$', at);
      if (dollar < 0) {
        break;
      }
      out.append(template, at, dollar);
      at = dollar + 1;
      if (template.startsWith("$", at)) {
        out.append('$');
        at++;
        continue;
      }
      boolean braced = template.startsWith("{", at);
      int start = braced ? at + 1 : at;
      int end = start;
      while (end < template.length() && isWord(template.charAt(end))) {
        end++;
      }
      boolean closed = !braced || template.startsWith("}", end);
      if (end == start || !closed) {
        out.append('$');
        continue;
      }
      out.append(group(template.substring(start, end), pattern, match));
      at = braced ? end + 1 : end;
    }
    out.append(template, Math.min(at, template.length()), template.length());
  }

  private static boolean isWord(char c) {
    return c == '_' || Character.isLetterOrDigit(c);
  }

  private static String group(String name, Pattern pattern, Match match) {
    int index = -1;
    if (name.chars().allMatch(c -> c >= '0' && c <= '9') && name.length() < 9) {
      index = Integer.parseInt(name);
    } else {
      index = pattern.namedGroups().getOrDefault(name, -1);
    }
    return index >= 0 && index < match.groups().size() ? match.groups().get(index).orElse("") : "";
  }

  /** A pattern whose parts between the delimiters are regular expressions, the rest is literal. */
  private Term templateMatch(List<Term> operands) {
    String template = Operands.text(operands, 0);
    String text = Operands.text(operands, 1);
    char start = delimiter(operands, 2);
    char end = delimiter(operands, 3);
    StringBuilder pattern = new StringBuilder("^");
    int level = 0;
    int opened = 0;
    int literal = 0;
    for (int i = 0; i < template.length(); i++) {
      char c = template.charAt(i);
      if (c == start) {
        level++;
        opened = level == 1 ? i : opened;
      } else if (c == end) {
        level--;
        if (level == 0) {
          String part = template.substring(opened + 1, i);
          pattern(part);
          pattern.append(Pattern.quote(template.substring(literal, opened)));
          pattern.append('(').append(part).append(')');
          literal = i + 1;
        }
      }
      if (level < 0) {
        break;
      }
    }
    if (level != 0) {
      throw new BuiltinError("unbalanced delimiters");
    }
    pattern.append(Pattern.quote(template.substring(literal))).append('$');
    return Term.bool(pattern(pattern.toString()).matcher(text).find());
  }

  private static char delimiter(List<Term> operands, int position) {
    String delimiter = Operands.text(operands, position);
    if (delimiter.getBytes(StandardCharsets.UTF_8).length != 1) {
      throw Operands.wrong(position, "one character");
    }
    return delimiter.charAt(0);
  }
}
