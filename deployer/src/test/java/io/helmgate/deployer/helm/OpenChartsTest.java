package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Copies of charts for rendering find nothing where they look objects up. */
final class OpenChartsTest {

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
          {{ $lookup := 1 }}{{ lookup "" "" "" "" }} ; {{ $lookup := 1 }}{{ omit (dict) "" "" "" "" }}
          """)
  void lookupsFindNothing(String template, String closed) {
    assertThat(OpenCharts.closed(template)).isEqualTo(closed);
  }
}
