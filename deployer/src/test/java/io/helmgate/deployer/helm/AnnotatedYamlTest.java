package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.helmgate.deployer.chart.BadChartException;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class AnnotatedYamlTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "name: x                              | \"annotations\": {\"k\":\"v\"}¶name: x",
        "# c¶name: x¶                         | # c¶\"annotations\": {\"k\":\"v\"}¶name: x¶",
        "annotations:¶name: 007 # c           | \"annotations\": {\"k\":\"v\"}¶name: 007 # c",
        "annotations: {}¶name: x              | \"annotations\": {\"k\":\"v\"}¶name: x",
        "annotations:¶  a: on¶  d: y¶name: x  | \"annotations\": {\"a\":\"on\",\"k\":\"v\"}¶name: x",
        "name: x¶annotations:¶  a: >¶    b¶   | name: x¶\"annotations\": {\"a\":\"b\\n\",\"k\":\"v\"}¶",
        "{name: x}                            | {\"annotations\": {\"k\":\"v\"}, name: x}",
        "{}                                   | {\"annotations\": {\"k\":\"v\"}}",
        "{annotations: {d: y}, name: x}       | {\"annotations\": {\"k\":\"v\"}, name: x}",
        "é: 😀¶annotations: {a: é}¶b: 😀      | é: 😀¶\"annotations\": {\"a\":\"é\",\"k\":\"v\"}¶b: 😀",
      })
  void changesNothingButTheAnnotations(String document, String expected) throws IOException {
    String changed =
        AnnotatedYaml.annotate(
            document.replace('¶', '\n'), List.of(), "d"::equals, Map.of("k", "v"));

    assertThat(changed).isEqualTo(expected.replace('¶', '\n'));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "metadata:¶  annotations:¶    a: b¶  name: x¶spec: 1 "
            + "| metadata:¶  \"annotations\": {\"a\":\"b\",\"k\":\"v\"}¶  name: x¶spec: 1",
        "metadata:¶  annotations:¶    a: b¶spec: 1 "
            + "| metadata:¶  \"annotations\": {\"a\":\"b\",\"k\":\"v\"}¶spec: 1",
        "metadata:¶  name: x¶spec: 1 "
            + "| metadata:¶  \"annotations\": {\"k\":\"v\"}¶  name: x¶spec: 1",
      })
  void findsThemInside(String document, String expected) throws IOException {
    String changed =
        AnnotatedYaml.annotate(
            document.replace('¶', '\n'), List.of("metadata"), _ -> false, Map.of("k", "v"));

    assertThat(changed).isEqualTo(expected.replace('¶', '\n'));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "text",
        "- a",
        "a: [b",
        "a: &x {b: c}\nannotations: *x",
        "annotations: {a: {b: c}}",
      })
  void refusesWhatItCannotChange(String document) {
    assertThatThrownBy(
            () -> AnnotatedYaml.annotate(document, List.of(), _ -> false, Map.of("k", "v")))
        .isInstanceOf(BadChartException.class);
  }
}
