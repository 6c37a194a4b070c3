package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.catalog.ChartListing;
import io.helmgate.deployer.chart.RepositorySettings.Reach;
import io.helmgate.deployer.release.ChartMetadata;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.kit.assertion.MutableClock;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a registry may try, and is not taken from it. */
final class HostileRegistryTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final String CONFIG = "{\"name\": \"demo\", \"version\": \"1.0.0\"}";

  @TempDir Path directory;
  private TestRepository server;
  private OciSource source;
  private byte[] archive = {};

  @BeforeEach
  void serve() throws IOException {
    server = new TestRepository();
    archive = TestRepository.chart(directory, "demo", "1.0.0");
    RepositorySettings open = TestRepository.settings("test", server.url());
    RepositorySettings settings =
        new RepositorySettings(
            open.name(),
            open.url(),
            open.login(),
            open.tls(),
            new Reach(true, Set.of(), false),
            open.tokenService(),
            List.of("demo"),
            open.signatures());
    ChartLimits few = new ChartLimits(1 << 20, 5, 1 << 20, 1 << 20, TIMEOUT, Duration.ofMinutes(5));
    source = new OciSource(settings, new RepositoryClient(settings, new MutableClock()), few);
    server.on("/v2/charts/demo/tags/list", TestRepository.text("{\"tags\": [\"1.0.0\"]}"));
    blob(CONFIG);
    server.on("/v2/charts/demo/blobs/" + digest(archive), TestRepository.bytes(archive));
    manifest(manifest(digest(CONFIG), layer("chart.content.v1.tar+gzip", digest(archive))));
  }

  @AfterEach
  void stop() {
    source.close();
    server.close();
  }

  @Test
  void whatIsAChartIsTaken() {
    assertThat(completed().listing().digest()).isEqualTo(digest(archive));
    assertThat(source.archive(completed(), TIMEOUT)).isInstanceOf(Outcome.Success.class);
  }

  @Test
  void aManifestMustHaveTheDigestThatIsNamed() {
    server.on(
        "/v2/charts/demo/manifests/1.0.0",
        exchange -> {
          exchange.getResponseHeaders().set("Docker-Content-Digest", "sha256:" + "0".repeat(64));
          TestRepository.text(manifest(digest(CONFIG), "")).to(exchange);
        });

    assertFailure("the SHA-256 of its manifest is another one than named");
  }

  @Test
  void aBlobMustHaveTheDigestThatIsNamed() {
    server.on("/v2/charts/demo/blobs/" + digest(CONFIG), TestRepository.text("{}"));

    assertFailure("the SHA-256 of a blob is another one than named");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[]                                           | it is no Helm chart",
        "{                                            | its manifest is no JSON",
        "{\"config\": {\"mediaType\": \"application/vnd.oci.image.config.v1+json\"}}"
            + "                                       | it is no Helm chart",
        "{\"config\": {\"mediaType\": \"application/vnd.cncf.helm.config.v1+json\","
            + " \"digest\": \"sha256:../../../etc\"}} | names a digest that is no SHA-256",
      })
  void aManifestMustBeThatOfAChart(String manifest, String message) {
    manifest(manifest);

    assertFailure(message);
  }

  @Test
  void aChartHasOneArchive() {
    manifest(manifest(digest(CONFIG), ""));
    assertFailure("it holds no chart archive");

    String layer = layer("chart.content.v1.tar+gzip", digest(archive));
    manifest(manifest(digest(CONFIG), layer + "," + layer));
    assertFailure("it holds two");
  }

  @Test
  void aTagTellsTheVersionOfItsChart() {
    String other = "{\"name\": \"demo\", \"version\": \"6.6.6\"}";
    blob(other);
    manifest(manifest(digest(other), layer("chart.content.v1.tar+gzip", digest(archive))));

    assertFailure("its Chart.yaml tells another version than its tag");
  }

  @Test
  void tagsAreReadPageByPageAndOnlyTheRegistrysOwn() throws IOException {
    server.on(
        "/v2/charts/demo/tags/list",
        exchange -> {
          boolean first = !exchange.getRequestURI().getQuery().contains("last=");
          if (first) {
            exchange
                .getResponseHeaders()
                .set("Link", "</v2/charts/demo/tags/list?last=1.0.0&n=1>; rel=\"next\"");
          }
          TestRepository.text(
                  first ? "{\"tags\": [\"1.0.0\", \"latest\"]}" : "{\"tags\": [\"0.1.0_a.b\"]}")
              .to(exchange);
        });
    assertThat(success(source.index(TIMEOUT)).orElseThrow().charts().get("demo"))
        .extracting(chart -> chart.metadata().version())
        .containsExactly("1.0.0", "0.1.0+a.b");

    try (TestRepository other = new TestRepository()) {
      links(other.url().resolve("/v2/charts/demo/tags/list").toString());
      assertThat(failure(source.index(TIMEOUT)).message()).contains("goes on at another host");
      assertThat(other.requests("host")).isEmpty();
    }
  }

  @Test
  void tagsWithoutEndAreCutOff() {
    links("/v2/charts/demo/tags/list");
    assertThat(failure(source.index(TIMEOUT)).message()).contains("has more than 5 tags");

    server.on(
        "/v2/charts/demo/tags/list",
        exchange -> {
          exchange.getResponseHeaders().set("Link", "</v2/charts/demo/tags/list>; rel=\"next\"");
          TestRepository.text("{\"tags\": []}").to(exchange);
        });
    assertThat(failure(source.index(TIMEOUT)).message()).contains("has no end");
  }

  @Test
  void whatIsNoChartIsListedAndTellsWhyWhenItIsAskedFor() {
    manifest("{}");

    assertThat(success(source.index(TIMEOUT)).orElseThrow().versionCount()).isEqualTo(1);
    assertFailure("it is no Helm chart");
  }

  private void links(String next) {
    server.on(
        "/v2/charts/demo/tags/list",
        exchange -> {
          exchange.getResponseHeaders().set("Link", "<" + next + ">; rel=\"next\"");
          TestRepository.text("{\"tags\": [\"1.0.0\"]}").to(exchange);
        });
  }

  private void manifest(String content) {
    server.on("/v2/charts/demo/manifests/1.0.0", TestRepository.text(content));
  }

  private void blob(String content) {
    server.on("/v2/charts/demo/blobs/" + digest(content), TestRepository.text(content));
  }

  private static String manifest(String config, String layers) {
    return """
        {"schemaVersion": 2,
         "config": {"mediaType": "application/vnd.cncf.helm.config.v1+json", "digest": "%s"},
         "layers": [%s]}
        """
        .formatted(config, layers);
  }

  private static String layer(String type, String digest) {
    return "{\"mediaType\": \"application/vnd.cncf.helm.%s\", \"digest\": \"%s\"}"
        .formatted(type, digest);
  }

  private static String digest(String content) {
    return digest(content.getBytes(StandardCharsets.UTF_8));
  }

  private static String digest(byte[] content) {
    return "sha256:" + ArchiveCache.digest(content);
  }

  private IndexedChart completed() {
    return success(source.complete(listed(), TIMEOUT));
  }

  private IndexedChart listed() {
    return IndexedChart.of(
        new ChartListing(
            ChartMetadata.of("test/demo", "1.0.0", Map.of()), "", "", "", Optional.empty(), ""),
        ChartVersion.parse("1.0.0").orElseThrow(),
        List.of());
  }

  private void assertFailure(String message) {
    Outcome.Failure<?> failure = failure(source.complete(listed(), TIMEOUT));
    assertThat(failure.message()).contains(message);
    assertThat(failure.reason()).isEqualTo(Reason.FAILED_PRECONDITION);
  }

  private static <T> T success(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Success.class);
    return ((Outcome.Success<T>) outcome).value();
  }

  private static Outcome.Failure<?> failure(Outcome<?> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Failure.class);
    return (Outcome.Failure<?>) outcome;
  }
}
