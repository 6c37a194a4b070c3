package io.helmgate.deployer.helm;

import static org.assertj.core.api.Assertions.assertThat;

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
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

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
  void followsNoReferenceOutOfASchemaNorLetsHelmDoSo() throws IOException {
    var asked = new AtomicInteger();
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", _ -> asked.incrementAndGet());
    server.start();
    try {
      String url = "http://127.0.0.1:" + server.getAddress().getPort() + "/x.json";
      String schema = "{\"properties\": {\"a\": {\"$ref\": \"" + url + "\"}}}";
      FetchedChart own = chart("own", Map.of("values.schema.json", schema));
      FetchedChart sub = chart("sub", Map.of("charts/x/values.schema.json", schema));
      FetchedChart packed = packed(chart("x", Map.of("values.schema.json", schema)));

      for (FetchedChart chart : List.of(own, sub, packed)) {
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
