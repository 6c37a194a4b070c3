package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assertions.assertTimeoutPreemptively;

import com.sun.net.httpserver.HttpServer;
import io.helmgate.deployer.chart.ArchiveWriter;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.deployer.release.Violation;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

final class ChartSchemaTest {
  private static final String SCHEMA =
      """
      {"required": ["image"],
       "properties": {"ports": {"items": {"properties": {"a.b": {"type": "integer"}}}},
                      "on": {"type": "boolean"}}}
      """;

  @TempDir Path directory;

  @Test
  void namesThePathOfEachViolation() throws IOException {
    FetchedChart chart = chart("web", Map.of("values.schema.json", SCHEMA));

    Outcome<FetchedChart> checked =
        new ChartSchema()
            .check(chart, Map.of("ports", List.of(Map.of("a.b", 1), Map.of("a.b", "x"))));

    assertThat(((Outcome.Failure<?>) checked).violations())
        .extracting(Violation::field)
        .containsExactlyInAnyOrder("values", "values.ports[1].a\\.b");
  }

  @Test
  void holdsTheSchemaAgainstTheDefaultsToo() throws IOException {
    FetchedChart chart =
        chart(
            "web", Map.of("values.schema.json", SCHEMA, "values.yaml", "image: nginx\non: yes\n"));

    assertThat(new ChartSchema().check(chart, Map.of())).isEqualTo(Outcome.success(chart));
    assertThat(new ChartSchema().check(chart, Collections.singletonMap("image", null)))
        .isInstanceOf(Outcome.Failure.class);
  }

  @Test
  void readsTheDefaultsAsHelmDoes() throws IOException {
    String schema =
        """
        {"properties": {"worker": {"properties": {"resources": {"type": "object"}}},
                        "enabled": {"type": "boolean"},
                        "merged": {"required": ["cpu"]}}}
        """;
    FetchedChart chart =
        chart(
            "web",
            Map.of(
                "values.schema.json",
                schema,
                "values.yaml",
                """
                resources: &r {cpu: 1}
                worker: {resources: *r}
                enabled: yes
                merged: {<<: *r}
                """));
    FetchedChart endless =
        chart(
            "endless", Map.of("values.schema.json", schema, "values.yaml", "worker: &w {a: *w}\n"));

    assertThat(new ChartSchema().check(chart, Map.of())).isEqualTo(Outcome.success(chart));
    assertThat(new ChartSchema().check(endless, Map.of()))
        .isInstanceOfSatisfying(
            Outcome.Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.FAILED_PRECONDITION));
  }

  @Test
  void followsNoReferenceOutOfASchemaNorLetsHelmDoSo() throws IOException {
    var asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", _ -> asked.incrementAndGet());
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/x.json";
      String schema = "{\"properties\": {\"a\": {\"$ref\": \"" + url + "\"}}}";
      FetchedChart named =
          chart(
              "named",
              Map.of(
                  "values.schema.json",
                  "{\"properties\": {\"$ref\": {\"$ref\": \"" + url + "\"}}}"));
      FetchedChart listed =
          chart(
              "listed",
              Map.of(
                  "values.schema.json",
                  "{\"properties\": {\"$ref\": {\"anyOf\": [{\"$dynamicRef\": \""
                      + url
                      + "\"}]}}}"));
      FetchedChart dialect =
          chart("dialect", Map.of("charts/x/values.schema.json", "{\"$schema\": \"" + url + "\"}"));
      FetchedChart ownName =
          chart(
              "ownName",
              Map.of(
                  "values.schema.json",
                  """
                  {"$schema": "http://json-schema.org/draft-04/schema#",
                   "$id": "%1$s", "properties": {"a": {"$ref": "%1$s#/x"}}}
                  """
                      .formatted(url)));
      FetchedChart own = chart("own", Map.of("values.schema.json", schema));
      FetchedChart sub = chart("sub", Map.of("charts/x/values.schema.json", schema));
      FetchedChart packed = packed(chart("x", Map.of("values.schema.json", schema)));

      for (FetchedChart chart : List.of(own, sub, packed, named, listed, dialect, ownName)) {
        Outcome<FetchedChart> checked = new ChartSchema().check(chart, Map.of("a", 1));
        assertThat(checked).isInstanceOf(Outcome.Failure.class);
        var failure = (Outcome.Failure<?>) checked;
        assertThat(failure.reason()).isEqualTo(Reason.FAILED_PRECONDITION);
        assertThat(failure.message()).contains("values.schema.json refers to " + url);
      }
      assertThat(asked).hasValue(0);
    } finally {
      server.stop(0);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://json-schema.org/draft-04/schema#",
        "http://json-schema.org/draft-07/schema",
        "http://json-schema.org/draft-06/schema#",
        "https://json-schema.org/draft/2019-09/schema",
        "https://json-schema.org/draft/2020-12/schema"
      })
  void takesThePublishedDrafts(String dialect) throws IOException {
    FetchedChart chart =
        chart(
            "web",
            Map.of(
                "values.schema.json",
                "{\"$schema\": \""
                    + dialect
                    + "\", \"properties\": {\"a\": {\"type\": \"integer\"}}}"));

    assertThat(new ChartSchema().check(chart, Map.of("a", 1))).isEqualTo(Outcome.success(chart));
    assertThat(new ChartSchema().check(chart, Map.of("a", "x")))
        .isInstanceOf(Outcome.Failure.class);
  }

  @Test
  void aPatternTakesNoMoreThanLinearTime() throws IOException {
    FetchedChart chart =
        chart(
            "web",
            Map.of(
                "values.schema.json",
                """
                {"properties": {"a": {"pattern": "^(a+)+$"}},
                 "patternProperties": {"^(b+)+$": {"type": "integer"}}}
                """));

    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () -> {
          assertThat(violations(chart, Map.of("a", "a".repeat(5000) + "!")))
              .containsExactly("values.a");
          assertThat(violations(chart, Map.of("b".repeat(5000) + "!", "x"))).isEmpty();
          assertThat(violations(chart, Map.of("a", "aa", "bbb", "x")))
              .containsExactly("values.bbb");
        });
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        // twice the work with each level of the schema, and with each level of the values
        """
        {"$ref": "#/a0", %s
         "a40": true}
        """,
        """
        {"n": {"properties": {"n": {"allOf": [{"$ref": "#/n"}, {"$ref": "#/n"}]}}}, "$ref": "#/n"}
        """,
        // in circles
        """
        {"allOf": [{"$ref": "#"}]}
        """,
        """
        {"properties": {"n": {"$ref": "#/properties/n"}}}
        """
      })
  void doesNotFollowReferencesWithoutEnd(String schema) throws IOException {
    var doubling =
        IntStream.range(0, 40)
            .mapToObj(
                i ->
                    "\"a%1$d\": {\"allOf\": [{\"$ref\": \"#/a%2$d\"}, {\"$ref\": \"#/a%2$d\"}]},"
                        .formatted(i, i + 1))
            .collect(Collectors.joining());
    FetchedChart chart = chart("web", Map.of("values.schema.json", schema.formatted(doubling)));
    Map<String, Object> values = Map.of();
    for (int level = 0; level < 40; level++) {
      values = Map.of("n", values);
    }
    Map<String, Object> deep = values;

    assertTimeoutPreemptively(
        Duration.ofSeconds(60),
        () ->
            assertThat(new ChartSchema().check(chart, new HashMap<>(deep)))
                .isInstanceOfSatisfying(
                    Outcome.Failure.class,
                    failure -> {
                      assertThat(failure.reason()).isEqualTo(Reason.FAILED_PRECONDITION);
                      assertThat(failure.message()).contains("references");
                    }));
  }

  @Test
  void manyValuesAreHeldAgainstASchema() throws IOException {
    FetchedChart chart =
        chart(
            "web",
            Map.of(
                "values.schema.json",
                """
                {"properties": {"hosts": {"items": {"$ref": "#/$defs/host"}}},
                 "$defs": {"host": {"required": ["name"], "properties": {
                   "name": {"type": "string"}, "port": {"type": "integer", "minimum": 1},
                   "tls": {"type": "boolean"}, "labels": {
                     "additionalProperties": {"type": "string"}}}}}}
                """));
    var hosts =
        Collections.nCopies(
            20_000,
            Map.of("name", "a", "port", 0, "tls", true, "labels", Map.of("a", "b", "c", "d")));

    assertThat(violations(chart, Map.of("hosts", hosts))).hasSize(50);
  }

  @Test
  void saysWhichPatternHelmDoesNotKnow() throws IOException {
    FetchedChart chart =
        chart(
            "web",
            Map.of("values.schema.json", "{\"properties\": {\"a\": {\"pattern\": \"(?!x)y\"}}}"));

    assertThat(new ChartSchema().check(chart, Map.of("a", "y")))
        .isInstanceOfSatisfying(
            Outcome.Failure.class,
            failure -> {
              assertThat(failure.reason()).isEqualTo(Reason.FAILED_PRECONDITION);
              assertThat(failure.message()).contains("a pattern that Helm does not know: (?!x)y");
            });
  }

  private static List<String> violations(FetchedChart chart, Map<String, Object> values) {
    return new ChartSchema().check(chart, new HashMap<>(values))
            instanceof Outcome.Failure<FetchedChart> failure
        ? failure.violations().stream().map(Violation::field).toList()
        : List.of();
  }

  @Test
  void followsReferencesWithinASchema() throws IOException {
    FetchedChart chart =
        chart(
            "web",
            Map.of(
                "values.schema.json",
                "{\"definitions\": {\"n\": {\"type\": \"integer\"}},"
                    + "\"properties\": {\"a\": {\"$ref\": \"#/definitions/n\"}}}"));

    assertThat(new ChartSchema().check(chart, Map.of("a", 1))).isEqualTo(Outcome.success(chart));
    assertThat(new ChartSchema().check(chart, Map.of("a", "x")))
        .isInstanceOf(Outcome.Failure.class);
  }

  private FetchedChart packed(FetchedChart inner) throws IOException {
    Path archive = directory.resolve("packed.tgz");
    Files.createFile(archive);
    try (ArchiveWriter writer = new ArchiveWriter(archive)) {
      writer.file("packed/Chart.yaml", "name: packed".getBytes(StandardCharsets.UTF_8));
      writer.file("packed/charts/x-1.0.0.tgz", Files.readAllBytes(inner.archive()));
    }
    return new FetchedChart(archive, "packed", "1.0.0", "", "");
  }

  private FetchedChart chart(String name, Map<String, String> files) throws IOException {
    Path archive = Files.createFile(directory.resolve(name + ".tgz"));
    try (ArchiveWriter writer = new ArchiveWriter(archive)) {
      for (var file : files.entrySet()) {
        writer.file(name + "/" + file.getKey(), file.getValue().getBytes(StandardCharsets.UTF_8));
      }
    }
    return new FetchedChart(archive, name, "1.0.0", "", "");
  }
}
