package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import io.helmgate.deployer.chart.ArchiveReader;
import io.helmgate.deployer.chart.ArchiveWriter;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies of charts for rendering find nothing where they look objects up, and tell of doubts. */
final class OpenChartsTest {
  @TempDir private Path directory;

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          {{ lookup "v1" "Secret" "a" "b" }}    ; {{ omit (dict) "v1" "Secret" "a" "b" }}
          {{- (lookup "v1" "S" "a" .x).data -}} ; {{- (omit (dict) "v1" "S" "a" .x).data -}}
          {{ "b" | lookup "v1" "S" "a" }}       ; {{ "b" | omit (dict) "v1" "S" "a" }}
          {{ print "a lookup }} of" | quote }}  ; {{ print "a lookup }} of" | quote }}
          {{ print `lookup` "\\" lookup" }}     ; {{ print `lookup` "\\" lookup" }}
          a lookup {{ .lookup }} $lookup        ; a lookup {{ .lookup }} $lookup
          {{ .Values.lookup }}{{ lookups }}     ; {{ .Values.lookup }}{{ lookups }}
          {{/* 5" */}}{{ lookup "" "" "" "" }}{{/* " */}} ; {{/* 5" */}}{{ omit (dict) "" "" "" "" }}{{/* " */}}
          {{- /* don't lookup */ -}}{{lookup}}  ; {{- /* don't lookup */ -}}{{omit (dict)}}
          {{ $q := '"' }}{{ lookup }}{{ $q := '"' }} ; {{ $q := '"' }}{{ omit (dict) }}{{ $q := '"' }}
          {{ $q := '\\'' }}{{ lookup }}{{ '}' }} ; {{ $q := '\\'' }}{{ omit (dict) }}{{ '}' }}
          {{ $lookup := 1 }}{{ lookup "" "" "" "" }} ; {{ $lookup := 1 }}{{ omit (dict) "" "" "" "" }}
          """)
  void lookupsFindNothing(String template, String closed) {
    assertThat(TemplateActions.closed(template)).isEqualTo(closed);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          a: '{{ lookup "v1" "S" "a" "b" }}'   ; a: '{{ omit ( dict ) "v1" "S" "a" "b" }}'
          {"a":"{{ (lookup \\"v1\\" .b).c }}"} ; {"a":"{{ (omit ( dict ) \\"v1\\" .b).c }}"}
          a: lookup of {{ .Values.lookup }}     ; a: lookup of {{ .Values.lookup }}
          """)
  void lookupsInValuesFindNothingAndCanBePutBack(String values, String closed) {
    assertThat(OpenCharts.closedData(values)).isEqualTo(closed);
    assertThat(OpenCharts.reopened(closed)).isEqualTo(values);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          {{ lookup "v1" "Secret" "a" "b" }}                      ; the chart looks objects up in the cluster (lookup)
          {{- if not (lookup "v1" "Secret" "a" "b") }}x{{ end }}  ; the chart looks objects up in the cluster (lookup)
          {{ if .Capabilities.APIVersions.Has "a/v1" }}x{{ end }} ; the chart asks which APIs the cluster has (.Capabilities.APIVersions)
          {{ if $.Capabilities.APIVersions }}x{{ end }}           ; the chart asks which APIs the cluster has (.Capabilities.APIVersions)
          {{ if .Release.IsUpgrade }}x{{ end }}                   ; the chart tells upgrades from installations, and was rendered as for one
          {{ if $.Release.IsInstall }}x{{ end }}                  ; the chart tells upgrades from installations, and was rendered as for one
          {{ .Release.Revision }}                                 ; the chart tells upgrades from installations, and was rendered as for one
          {{ printf "helm.sh/%s" "hook" }}: x                     ; hooks not checked: the chart makes names of annotations
          helm.sh/{{ .Values.key }}: x                            ; hooks not checked: the chart makes names of annotations
          {{ print "helm.sh/" "hook" }}: x                        ; hooks not checked: the chart makes names of annotations
          """)
  void doubtsWhatMayBeRenderedOtherwise(String template, String doubt) throws IOException {
    assertThat(copied(true, "{}", Map.of("a/templates/a.yaml", template))).containsExactly(doubt);
    assertThat(copied(true, "{}", Map.of("a/charts/b/templates/_c.tpl", template)))
        .containsExactly(doubt);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          kind: ConfigMap
          annotations: {"helm.sh/hook": pre-install, "helm.sh/hook-weight": "1"}
          annotations: {helm.sh/resource-policy: keep, helm.sh/chart: {{ .Chart.Name }}}
          {{ .Release.Name }} in {{ .Release.Namespace }} by {{ .Release.Service }}
          {{ .Capabilities.KubeVersion.Version }}
          # a lookup of {{ .Values.a }}
          {{ tpl .Values.a . }}
          """)
  void hasNoDoubtsOfOrdinaryCharts(String template) throws IOException {
    assertThat(
            copied(
                true,
                "{\"a\":\"{{ .Release.Name }}, lookup\"}",
                Map.of(
                    "a/templates/a.yaml", template,
                    "a/values.yaml", "# {{ lookup }}\na: '{{ .Release.Name }}'\n",
                    "a/README.md", "{{ lookup `v1` }}")))
        .isEmpty();
  }

  @Test
  void onlyUpgradesDoubtWhatTellsThemFromInstallations() throws IOException {
    var chart = Map.of("a/templates/a.yaml", "{{ .Release.Revision }}");

    assertThat(copied(false, "{}", chart)).isEmpty();
    assertThat(copied(true, "{}", chart)).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      quoteCharacter = '~',
      textBlock =
          """
          {{ lookup "v1" "Secret" "a" "b" }}             ; (lookup)
          {{ .Capabilities.APIVersions.Has "a/v1" }}     ; (.Capabilities.APIVersions)
          {{ if .Release.IsUpgrade }}x{{ end }}          ; tells upgrades from installations
          """)
  void doubtsValuesAndFilesThatTheChartMayRender(String text, String doubt) throws IOException {
    var given = new String(ChartCopies.json(Map.of("a", text)), StandardCharsets.UTF_8);
    var plain = Map.of("a/templates/a.yaml", "{{ .Values.a }}");
    var own = Map.of("a/values.yaml", "a: >-\n  " + text + "\n");
    var file = Map.of("a/files/a.tpl", text);
    var rendered = Map.of("a/templates/a.yaml", "{{- tpl .Values.a . }}");

    for (var where : List.of(own, file)) {
      assertThat(copied(true, "{}", both(plain, where))).isEmpty();
      assertThat(copied(true, "{}", both(rendered, where)))
          .singleElement()
          .asString()
          .contains(doubt);
    }
    assertThat(copied(true, given, plain)).isEmpty();
    assertThat(copied(true, given, rendered)).singleElement().asString().contains(doubt);
  }

  @Test
  void filesThatAreNoTextStayWhatTheyAre() throws IOException {
    byte[] image = {(byte) 0xff, 'l', 'o', 'o', 'k', 'u', 'p', ' ', '{', '{', (byte) 0x80, '}'};
    Path original = directory.resolve("image.tgz");
    try (ArchiveWriter writer = new ArchiveWriter(original)) {
      writer.file("a/files/image", image);
    }
    Path copy = directory.resolve("image-copy.tgz");

    OpenCharts.closed(original, copy);

    ArchiveReader.read(copy, (_, content) -> assertThat(content).isEqualTo(image));
  }

  private static Map<String, String> both(Map<String, String> some, Map<String, String> others) {
    Map<String, String> all = new TreeMap<>(some);
    all.putAll(others);
    return all;
  }

  private List<String> copied(boolean upgrade, String values, Map<String, String> files)
      throws IOException {
    Path original = directory.resolve("chart.tgz");
    try (ArchiveWriter writer = new ArchiveWriter(original)) {
      for (var file : files.entrySet()) {
        writer.file(file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return OpenCharts.copy(original, directory.resolve("copy.tgz"), values, upgrade);
  }

  @Test
  void whatIsNeverClosedTakesNoMoreThanLinearTime() {
    String open = "{{".repeat(1 << 19) + " lookup";
    String quoted = "{{\"".repeat(1 << 18) + " lookup";
    String actions = "{{ lookup }}".repeat(10_000);

    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          assertThat(TemplateActions.closed(open)).isEqualTo(open);
          assertThat(TemplateActions.closed(quoted)).isEqualTo(quoted);
          assertThat(TemplateActions.closed(actions)).isEqualTo("{{ omit (dict) }}".repeat(10_000));
        });
  }
}
