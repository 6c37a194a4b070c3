package io.helmgate.deployer.helm;

import io.helmgate.deployer.chart.ArchiveWriter;
import io.helmgate.deployer.release.Rendering;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.StringJoiner;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Copies of charts that render all that they have as objects: hooks under another annotation, so
 * that Helm does not set them aside, CustomResourceDefinitions and notes by templates of ours. They
 * are rendered only, never applied.
 */
final class OpenCharts {
  static final String HOOK = "helmgate.io/hook";
  static final String NOTES_KIND = "HelmgateNotes";

  private static final Pattern TEMPLATE =
      Pattern.compile("((?:\\./)?[^/]+/(?:charts/[^/]+/)*)templates/.*");
  private static final Pattern DEFINITION =
      Pattern.compile("((?:\\./)?[^/]+/(?:charts/[^/]+/)*)crds/.*");
  private static final Pattern NOTES = Pattern.compile("(?:\\./)?[^/]+/templates/NOTES\\.txt");
  private static final Pattern VALUES =
      Pattern.compile("(?:\\./)?[^/]+/(?:charts/[^/]+/)*values\\.yaml");
  private static final Pattern COMMENT = Pattern.compile("(?m)^[ \\t]*#.*$");
  private static final Pattern HOOK_KEY = Pattern.compile("helm\\.sh/hook(?![-\\w])");
  private static final Pattern COMPUTED_KEY = Pattern.compile("helm\\.sh/(?:%|\"|\\{\\{)");

  /** What a template may look at that is not there when it is rendered alone. */
  private static final Map<String, com.google.re2j.Pattern> LOOKS =
      Map.of(
          "looks objects up in the cluster (lookup)",
          com.google.re2j.Pattern.compile("\\{\\{[^}]*\\blookup\\b"),
          "asks which APIs the cluster has (.Capabilities.APIVersions)",
          com.google.re2j.Pattern.compile("\\.Capabilities\\.APIVersions"));

  private static final Pattern REVISION =
      Pattern.compile("\\.Release\\.(?:IsInstall|IsUpgrade|Revision)\\b");

  private static final com.google.re2j.Pattern TPL =
      com.google.re2j.Pattern.compile("\\{\\{[^}]*\\btpl\\b");
  private static final com.google.re2j.Pattern DATA_ACTION =
      com.google.re2j.Pattern.compile("(?s)\\{\\{.*?}}");
  private static final Pattern DATA_LOOKUP = Pattern.compile("(?<![\\w.$])lookup(?=\\s)");

  /** Finds nothing too, but is nothing that anybody writes, so that it can be put back. */
  private static final String CLOSED_DATA = "omit ( dict )";

  private OpenCharts() {}

  /**
   * Makes a copy that finds nothing where it looks objects up: the library, other than {@code helm
   * template}, would ask whatever cluster its environment names.
   */
  static void closed(Path original, Path copy) throws IOException {
    try (ArchiveWriter writer = new ArchiveWriter(copy)) {
      ChartFiles.read(
          original,
          (name, content) ->
              writer.file(
                  name,
                  TEMPLATE.matcher(name).matches()
                      ? bytes(TemplateActions.closed(new String(content, StandardCharsets.UTF_8)))
                      : closedData(content)));
    }
  }

  /**
   * The same for values and files, which a template may render by {@code tpl}, or take as they are.
   */
  static String closedData(String data) {
    if (!data.contains("lookup")) {
      return data;
    }
    StringBuilder closed = new StringBuilder();
    com.google.re2j.Matcher actions = DATA_ACTION.matcher(data);
    while (actions.find()) {
      String action = DATA_LOOKUP.matcher(actions.group()).replaceAll(CLOSED_DATA);
      actions.appendReplacement(closed, com.google.re2j.Matcher.quoteReplacement(action));
    }
    return actions.appendTail(closed).toString();
  }

  private static byte[] closedData(byte[] content) {
    // Each byte is a character there, so that images stay what they are.
    String data = new String(content, StandardCharsets.ISO_8859_1);
    String closed = closedData(data);
    return closed.equals(data) ? content : closed.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** What was rendered, with values and files as they were where it has taken them as they are. */
  static String reopened(String rendered) {
    return rendered.replace(CLOSED_DATA, "lookup");
  }

  /** Values for an open copy, in which a hook's annotation may be. */
  static String openedData(String data) {
    return HOOK_KEY.matcher(closedData(data)).replaceAll(HOOK);
  }

  /**
   * Makes a copy.
   *
   * @param values those that were given, as JSON
   * @param upgrade whether the chart is for a release that exists, which rendering does not know
   * @return why Helm may render something else
   */
  static List<String> copy(Path original, Path copy, String values, boolean upgrade)
      throws IOException {
    Set<String> doubts = new LinkedHashSet<>();
    Set<String> ofData = new LinkedHashSet<>(looks(actions(values), upgrade));
    AtomicBoolean rendersData = new AtomicBoolean();
    Map<String, byte[]> added = new LinkedHashMap<>();
    try (ArchiveWriter writer = new ArchiveWriter(copy)) {
      ChartFiles.read(
          original,
          (name, content) -> {
            Matcher definition = DEFINITION.matcher(name);
            if (definition.matches()) {
              added.put(definition.group(1) + "templates/helmgate-crds.yaml", definitions());
            }
            if (!TEMPLATE.matcher(name).matches()) {
              writer.file(
                  name,
                  VALUES.matcher(name).matches()
                      ? bytes(openedData(new String(content, StandardCharsets.UTF_8)))
                      : closedData(content));
              ofData.addAll(doubtsOfData(name, content, upgrade));
              return;
            }
            String given = new String(content, StandardCharsets.UTF_8);
            doubts.addAll(doubts(given, upgrade));
            rendersData.compareAndSet(false, TPL.matcher(given).find());
            String text = TemplateActions.closed(given);
            if (NOTES.matcher(name).matches()) {
              String templates = name.substring(0, name.length() - "NOTES.txt".length());
              added.put(templates + "_helmgate-notes.tpl", notes(text));
              added.put(templates + "helmgate-notes.yaml", emitNotes());
            } else {
              writer.file(name, bytes(HOOK_KEY.matcher(text).replaceAll(HOOK)));
            }
          });
      for (Map.Entry<String, byte[]> file : added.entrySet()) {
        writer.file(file.getKey(), file.getValue());
      }
    }
    if (rendersData.get()) {
      doubts.addAll(ofData);
    }
    return List.copyOf(doubts);
  }

  private static List<String> doubts(String template, boolean upgrade) {
    List<String> doubts = new ArrayList<>(looks(template, upgrade));
    if (COMPUTED_KEY.matcher(template).find()) {
      doubts.add(Rendering.HOOKS_UNSEEN + "the chart makes names of annotations");
    }
    return doubts;
  }

  /** Of what a template may render by {@code tpl}. */
  private static List<String> doubtsOfData(String name, byte[] content, boolean upgrade) {
    String data = new String(content, StandardCharsets.UTF_8);
    return name.endsWith(".md") || !data.contains("{{")
        ? List.of()
        : looks(
            actions(VALUES.matcher(name).matches() ? COMMENT.matcher(data).replaceAll("") : data),
            upgrade);
  }

  private static String actions(String data) {
    StringJoiner found = new StringJoiner("\n");
    com.google.re2j.Matcher actions = DATA_ACTION.matcher(data);
    while (actions.find()) {
      found.add(actions.group());
    }
    return found.toString();
  }

  private static List<String> looks(String template, boolean upgrade) {
    List<String> doubts = new ArrayList<>();
    LOOKS.forEach(
        (what, pattern) -> {
          if (pattern.matcher(template).find()) {
            doubts.add("the chart " + what);
          }
        });
    if (upgrade && REVISION.matcher(template).find()) {
      doubts.add("the chart tells upgrades from installations, and was rendered as for one");
    }
    return doubts;
  }

  private static byte[] notes(String text) {
    return bytes("{{- define \"helmgate.notes\" -}}\n" + text + "{{- end -}}\n");
  }

  private static byte[] emitNotes() {
    return bytes(
        "apiVersion: helmgate.io/v1\nkind: "
            + NOTES_KIND
            + "\nnotes: {{ include \"helmgate.notes\" . | toJson }}\n");
  }

  private static byte[] definitions() {
    return bytes(
        """
        {{- range $path, $_ := .Files.Glob "crds/**" }}
        ---
        {{ $.Files.Get $path }}
        {{- end }}
        """);
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
