package io.helmgate.deployer.helm;

import io.helmgate.deployer.chart.ArchiveWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
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
  private static final Pattern HOOK_KEY = Pattern.compile("helm\\.sh/hook(?![-\\w])");
  private static final Pattern COMPUTED_KEY = Pattern.compile("helm\\.sh/(?:%|\"|\\{\\{)");

  /** What a template may look at that is not there when it is rendered alone. */
  private static final Map<String, Pattern> LOOKS =
      Map.of(
          "looks objects up in the cluster (lookup)",
          Pattern.compile("\\{\\{[^}]*\\blookup\\b"),
          "asks which APIs the cluster has (.Capabilities.APIVersions)",
          Pattern.compile("\\.Capabilities\\.APIVersions"));

  private static final Pattern REVISION =
      Pattern.compile("\\.Release\\.(?:IsInstall|IsUpgrade|Revision)\\b");

  private static final Pattern ACTION =
      Pattern.compile("\\{\\{(?:\"(?:\\\\.|[^\"\\\\])*+\"|`[^`]*+`|[^}\"`]|}(?!}))*+}}");
  private static final Pattern LOOKUP =
      Pattern.compile("\"(?:\\\\.|[^\"\\\\])*+\"|`[^`]*+`|(?<![\\w.$])lookup(?!\\w)");

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
                      ? bytes(closed(new String(content, StandardCharsets.UTF_8)))
                      : content));
    }
  }

  /** The same number of arguments, of the same types, and an empty result. */
  static String closed(String template) {
    return ACTION
        .matcher(template)
        .replaceAll(
            action ->
                Matcher.quoteReplacement(
                    LOOKUP
                        .matcher(action.group())
                        .replaceAll(
                            found ->
                                Matcher.quoteReplacement(
                                    found.group().equals("lookup")
                                        ? "omit (dict)"
                                        : found.group()))));
  }

  /**
   * Makes a copy.
   *
   * @param upgrade whether the chart is for a release that exists, which rendering does not know
   * @return why Helm may render something else
   */
  static List<String> copy(Path original, Path copy, boolean upgrade) throws IOException {
    Set<String> doubts = new LinkedHashSet<>();
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
              writer.file(name, content);
              return;
            }
            String given = new String(content, StandardCharsets.UTF_8);
            doubts.addAll(doubts(given, upgrade));
            String text = closed(given);
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
    return List.copyOf(doubts);
  }

  private static List<String> doubts(String template, boolean upgrade) {
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
    if (COMPUTED_KEY.matcher(template).find()) {
      doubts.add("hooks not checked: the chart makes names of annotations");
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
