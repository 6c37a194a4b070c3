package io.helmgate.deployer.helm;

import com.google.re2j.Matcher;
import com.google.re2j.Pattern;

/**
 * What stands between the braces of Go templates, told apart as text/template does (its lex.go).
 * RE2 needs no more than linear time, whatever a chart holds.
 */
final class TemplateActions {
  private static final String LOOKUP = "lookup";
  private static final String TEXTS =
      "\"(?:\\\\.|[^\"\\\\\\n])*\"|'(?:\\\\.|[^'\\\\\\n])*'|`[^`]*`";
  private static final Pattern ACTION =
      Pattern.compile(
          "(?s)\\{\\{(?:-\\s)?/\\*.*?\\*/(?:\\s-)?}}|\\{\\{(?:" + TEXTS + "|[^\"'`])*?}}");
  private static final Pattern TOKEN = Pattern.compile("(?s)/\\*.*?\\*/|" + TEXTS + "|[\\w.$]+");

  private TemplateActions() {}

  /** A template that finds nothing where it looks objects up: as many arguments, as typed. */
  static String closed(String template) {
    if (!template.contains(LOOKUP)) {
      return template;
    }
    StringBuilder closed = new StringBuilder();
    int end = 0;
    Matcher action = ACTION.matcher(template);
    while (action.find()) {
      closed.append(template, end, action.start());
      close(action.group(), closed);
      end = action.end();
    }
    return closed.append(template, end, template.length()).toString();
  }

  private static void close(String action, StringBuilder closed) {
    int end = 0;
    Matcher token = TOKEN.matcher(action);
    while (token.find()) {
      closed.append(action, end, token.start());
      closed.append(token.group().equals(LOOKUP) ? "omit (dict)" : token.group());
      end = token.end();
    }
    closed.append(action, end, action.length());
  }
}
