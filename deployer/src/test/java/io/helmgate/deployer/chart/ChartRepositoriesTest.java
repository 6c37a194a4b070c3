package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.catalog.RepositoryInfo;
import io.helmgate.deployer.release.ChartMetadata;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.kit.assertion.MutableClock;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class ChartRepositoriesTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);
  private static final String NO_DIGEST = "0".repeat(64);

  @TempDir Path directory;
  private final MutableClock clock = new MutableClock();
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
  private TestRepository server;
  private @Nullable ChartRepositories charts;

  @BeforeEach
  void serve() throws IOException {
    server = new TestRepository();
  }

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
    if (charts != null) {
      charts.close();
    }
    server.close();
  }

  @Test
  void fetchesTheNewestStableVersionOnceAndKeepsIt() throws IOException {
    byte[] archive = TestRepository.chart(directory, "demo", "1.10.0");
    String digest = ArchiveCache.digest(archive);
    server.on(
        "/charts/index.yaml",
        TestRepository.text(
            TestRepository.index(
                "demo",
                TestRepository.entry("1.9.0", "old.tgz", NO_DIGEST),
                TestRepository.entry("1.10.0", "demo.tgz?token=x", digest),
                TestRepository.entry("2.0.0-rc.1", "next.tgz", NO_DIGEST))));
    server.on("/charts/demo.tgz", TestRepository.bytes(archive));
    start(ChartLimits.defaults());

    FetchedChart chart = success(fetch("test/demo", Optional.empty()));
    FetchedChart again = success(fetch("test/demo", Optional.of("1.10.0")));

    assertThat(chart.version()).isEqualTo("1.10.0");
    assertThat(chart.digest()).isEqualTo("sha256:" + digest);
    assertThat(chart.sourceUrl()).isEqualTo(server.url() + "/demo.tgz");
    assertThat(chart.archive()).hasBinaryContent(archive);
    assertThat(again).isEqualTo(chart);
    assertThat(server.requests("Accept-Encoding")).containsOnlyOnce("/charts/demo.tgz identity");
  }

  @Test
  void fetchesAgainWhatWasDamagedOnDisk() throws IOException {
    byte[] archive = TestRepository.chart(directory, "demo", "1.0.0");
    serveDemo(archive, ArchiveCache.digest(archive));
    start(ChartLimits.defaults());
    Path kept = success(fetch("test/demo", Optional.empty())).archive();
    Files.writeString(kept, "damaged");

    assertThat(success(fetch("test/demo", Optional.empty())).archive()).hasBinaryContent(archive);
  }

  @Test
  void refusesAnArchiveThatTheIndexDoesNotVouchFor() throws IOException {
    byte[] archive = TestRepository.chart(directory, "demo", "1.0.0");
    serveDemo(archive, NO_DIGEST);
    start(ChartLimits.defaults());

    assertFailure(
        fetch("test/demo", Optional.empty()),
        Reason.FAILED_PRECONDITION,
        "chart test/demo 1.0.0: the archive's SHA-256 is not the one in the index");
    server.on(
        "/charts/index.yaml",
        TestRepository.text(
            TestRepository.index("other", TestRepository.entry("1.0.0", "demo.tgz", ""))));
    refresh();
    assertFailure(
        fetch("test/other", Optional.empty()), Reason.FAILED_PRECONDITION, "no SHA-256 digest");
  }

  @Test
  void refusesAnArchiveThatIsNoneAndKeepsItNot() {
    byte[] junk = {1, 2, 3};
    serveDemo(junk, ArchiveCache.digest(junk));
    start(ChartLimits.defaults());

    for (int i = 0; i < 2; i++) {
      assertFailure(
          fetch("test/demo", Optional.empty()),
          Reason.FAILED_PRECONDITION,
          "chart test/demo 1.0.0: chart archive: no gzipped tar");
    }
  }

  @Test
  void refusesWhatIsTooLarge() throws IOException {
    byte[] archive = TestRepository.chart(directory, "demo", "1.0.0");
    serveDemo(archive, ArchiveCache.digest(archive));
    ChartLimits limits = ChartLimits.defaults();
    start(
        new ChartLimits(
            limits.indexBytes(),
            limits.indexVersions(),
            10,
            limits.cacheBytes(),
            limits.fetch(),
            limits.refresh()));

    assertFailure(fetch("test/demo", Optional.empty()), Reason.FAILED_PRECONDITION, "larger than");
  }

  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.2:9/demo.tgz, its index names the host 127.0.0.2 (expected: 127.0.0.1",
    "http://127.0.0.1:9/demo.tgz, its index names the host 127.0.0.1",
    "file:///etc/passwd, its index names a URL that is none",
  })
  void staysWithinTheRepositorysHost(String url, String message) {
    server.on(
        "/charts/index.yaml",
        TestRepository.text(
            TestRepository.index("demo", TestRepository.entry("1.0.0", url, NO_DIGEST))));
    start(ChartLimits.defaults());

    assertFailure(fetch("test/demo", Optional.empty()), Reason.FAILED_PRECONDITION, message);
  }

  @Test
  void followsRedirectsOnTheSameHostOnlyAndSendsCredentialsNowhereElse() throws IOException {
    try (TestRepository other = new TestRepository()) {
      byte[] archive = TestRepository.chart(directory, "demo", "1.0.0");
      serveDemo(archive, ArchiveCache.digest(archive));
      server.on("/charts/demo.tgz", TestRepository.redirect("/moved/demo.tgz"));
      server.on("/moved/demo.tgz", TestRepository.redirect(other.url() + "/demo.tgz"));
      start(ChartLimits.defaults());

      assertFailure(
          fetch("test/demo", Optional.empty()),
          Reason.FAILED_PRECONDITION,
          "redirects to the host 127.0.0.1");
      assertThat(other.requests("Authorization")).isEmpty();

      server.on("/moved/demo.tgz", TestRepository.bytes(archive));
      assertThat(success(fetch("test/demo", Optional.empty())).version()).isEqualTo("1.0.0");
      assertThat(server.requests("Authorization"))
          .contains("/moved/demo.tgz Basic YW5uOnPDqWNyZXQ=");
      server.on("/charts/index.yaml", TestRepository.redirect("index.yaml"));
      refresh();
      assertThat(chartsNow().infos().getFirst().error()).contains("redirects without end");
    }
  }

  @Test
  void keepsTheLastGoodIndexAndAsksForChangesOnly() {
    server.on(
        "/charts/index.yaml",
        exchange -> {
          exchange.getResponseHeaders().set("ETag", "\"one\"");
          if ("\"one\"".equals(exchange.getRequestHeaders().getFirst("If-None-Match"))) {
            exchange.sendResponseHeaders(304, -1);
          } else {
            TestRepository.text(
                    TestRepository.index("demo", TestRepository.entry("1.0.0", "a", NO_DIGEST)))
                .to(exchange);
          }
        });
    start(ChartLimits.defaults());

    refresh();
    assertThat(search("", false)).hasSize(1);
    assertThat(server.requests("If-None-Match"))
        .containsExactly("/charts/index.yaml null", "/charts/index.yaml \"one\"");

    server.on("/charts/index.yaml", TestRepository.text("entries: ["));
    refresh();
    assertThat(search("", false)).hasSize(1);
    RepositoryInfo status = chartsNow().infos().getFirst();
    assertThat(status.ready()).isTrue();
    assertThat(status.charts()).isEqualTo(1);
    assertThat(status.error()).isEqualTo("chart repository test: its index is no YAML");
  }

  @Test
  void doesWithoutADeadRepositoryAndSaysSo() {
    server.on("/charts/index.yaml", TestRepository.status(503));
    start(ChartLimits.defaults());

    assertFailure(
        fetch("test/demo", Optional.empty()),
        Reason.UNAVAILABLE,
        "chart repository test: answers with status 503");
    assertFailure(
        chartsNow().charts().search("", false), Reason.UNAVAILABLE, "no repository's index");
  }

  @Test
  void waitsForNoRepositoryBeyondTheDeadline() {
    CountDownLatch never = new CountDownLatch(1);
    server.on(
        "/charts/index.yaml",
        _ -> {
          try {
            never.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    ChartLimits limits = ChartLimits.defaults();
    start(
        new ChartLimits(
            limits.indexBytes(),
            limits.indexVersions(),
            limits.archiveBytes(),
            limits.cacheBytes(),
            Duration.ofMillis(300),
            limits.refresh()));

    assertFailure(
        fetch("test/demo", Optional.empty()),
        Reason.UNAVAILABLE,
        "chart repository test: does not answer in time");
    never.countDown();
  }

  @Test
  void searchesByTextAndByExpression() {
    server.on(
        "/charts/index.yaml",
        TestRepository.text(
            TestRepository.index(
                "demo",
                TestRepository.entry("1.2.0", "a", NO_DIGEST),
                TestRepository.entry("1.10.0", "a", NO_DIGEST),
                TestRepository.entry("nonsense", "a", NO_DIGEST))));
    start(ChartLimits.defaults());
    refresh();

    assertThat(search("", false)).containsExactly("test/demo 1.10.0", "test/demo 1.2.0");
    assertThat(search("TEST/dem", false)).hasSize(2);
    assertThat(search("one two", false)).hasSize(2);
    assertThat(search("of 1.2", false)).containsExactly("test/demo 1.2.0");
    assertThat(search("nothing", false)).isEmpty();
    assertThat(search("^test/d.mo$", true)).hasSize(2);
    assertThat(search("^demo$", true)).isEmpty();
    assertFailure(
        chartsNow().charts().search("(", true),
        Reason.INVALID_ARGUMENT,
        "an RE2 regular expression");
  }

  @Test
  void namesWhatIsMissing() {
    server.on(
        "/charts/index.yaml",
        TestRepository.text(
            TestRepository.index("demo", TestRepository.entry("1.0.0-rc.1", "a", NO_DIGEST))));
    start(ChartLimits.defaults());

    assertFailure(fetch("test/demo", Optional.empty()), Reason.NOT_FOUND, "has pre-releases only");
    assertFailure(
        fetch("test/demo", Optional.of("2.0.0")), Reason.NOT_FOUND, "version 2.0.0 not found");
    assertFailure(fetch("test/nope", Optional.empty()), Reason.NOT_FOUND, "test/nope: not found");
    assertFailure(fetch("nope/demo", Optional.empty()), Reason.NOT_FOUND, "no such repository");
    assertFailure(fetch("demo", Optional.empty()), Reason.NOT_FOUND, "no such repository");
  }

  private void serveDemo(byte[] archive, String digest) {
    server.on(
        "/charts/index.yaml",
        TestRepository.text(
            TestRepository.index("demo", TestRepository.entry("1.0.0", "demo.tgz", digest))));
    server.on("/charts/demo.tgz", TestRepository.bytes(archive));
  }

  /** Starts, and waits until the index was asked for once. */
  private void start(ChartLimits limits) {
    RepositorySettings settings =
        TestRepository.settings(
            "test",
            server.url(),
            Optional.of(new RepositorySettings.Login("ann", "sécret")),
            Optional.empty());
    try {
      charts =
          ChartRepositories.start(
              List.of(settings),
              limits,
              directory.resolve("cache"),
              scheduler,
              clock,
              new Random(1));
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
    Awaitility.await()
        .untilAsserted(() -> assertThat(chartsNow().infos().getFirst().refreshed()).isPresent());
  }

  private void refresh() {
    clock.advance(Duration.ofMinutes(1));
    chartsNow().refresh("test");
  }

  private ChartRepositories chartsNow() {
    assertThat(charts).isNotNull();
    return charts;
  }

  private Outcome<FetchedChart> fetch(String chart, Optional<String> version) {
    return chartsNow().fetch(chart, version, TIMEOUT);
  }

  private List<String> search(String term, boolean regex) {
    return success(chartsNow().charts().search(term, regex)).stream()
        .map((ChartMetadata chart) -> chart.name() + " " + chart.version())
        .toList();
  }

  private static <T> T success(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Success.class);
    return ((Outcome.Success<T>) outcome).value();
  }

  private static void assertFailure(Outcome<?> outcome, Reason reason, String text) {
    assertThat(outcome).isInstanceOf(Outcome.Failure.class);
    Outcome.Failure<?> failure = (Outcome.Failure<?>) outcome;
    assertThat(failure.message()).contains(text);
    assertThat(failure.reason()).isEqualTo(reason);
  }
}
