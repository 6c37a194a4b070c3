package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.catalog.ChartDetails;
import io.helmgate.deployer.catalog.ChartDetails.Part;
import io.helmgate.deployer.catalog.ChartListing;
import io.helmgate.deployer.catalog.ChartQuery;
import io.helmgate.deployer.catalog.ChartRef;
import io.helmgate.deployer.catalog.Provenance;
import io.helmgate.deployer.catalog.ProvenancePolicy;
import io.helmgate.deployer.chart.RepositorySettings.Login;
import io.helmgate.deployer.chart.RepositorySettings.Signatures;
import io.helmgate.deployer.chart.RepositorySettings.Tls;
import io.helmgate.deployer.chart.RepositorySettings.TokenService;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Page;
import io.helmgate.deployer.release.Reason;
import io.helmgate.kit.assertion.MutableClock;
import io.helmgate.sandbox.charts.OciRegistry;
import io.helmgate.sandbox.charts.RegistryTokenService;
import io.helmgate.sandbox.tls.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real registry, to which the real helm pushed. */
final class OciRegistryIT {
  private static final Login LOGIN = new Login(OciRegistry.USER, OciRegistry.PASSWORD);
  private static final Signatures NONE = new Signatures(ProvenancePolicy.OFF, Optional.empty());

  @TempDir Path directory;
  private final MutableClock clock = new MutableClock();
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
  private final List<AutoCloseable> opened = new ArrayList<>();
  private Path chart;

  @BeforeEach
  void write() throws IOException {
    chart = Files.createDirectory(directory.resolve("demo"));
    Files.writeString(
        chart.resolve("Chart.yaml"),
        "apiVersion: v2\nname: demo\nversion: 0.0.0\ndescription: Shows it\nkeywords: [show]\n");
    Files.writeString(chart.resolve("README.md"), "# Demo\n");
    Files.writeString(chart.resolve("values.yaml"), "replicas: 1\n");
  }

  @AfterEach
  void stop() throws Exception {
    for (AutoCloseable one : opened.reversed()) {
      one.close();
    }
    scheduler.shutdownNow();
  }

  @Test
  void chartsThatHelmPushedAreListedShownAndFetched() throws IOException {
    OciRegistry registry = withPasswords();
    Path oldest = registry.push(chart, "0.1.0");
    Path newest = registry.push(chart, "0.2.0+build.1");
    registry.push(chart, "0.3.0-rc.1");
    ChartRepositories charts =
        start(settings(registry, Optional.of(LOGIN), Optional.empty(), NONE, "demo", "missing"));

    assertThat(charts.infos().getFirst().error()).isEmpty();
    assertThat(versions(charts)).containsExactly("0.3.0-rc.1", "0.2.0+build.1", "0.1.0");
    assertThat(search(charts, "show")).containsExactly("oci/demo 0.2.0+build.1 Shows it");
    FetchedChart fetched = success(fetch(charts, Optional.empty()));
    assertThat(fetched.archive()).hasSameBinaryContentAs(newest);
    assertThat(fetched.version()).isEqualTo("0.2.0+build.1");
    assertThat(fetched.sourceUrl()).startsWith("oci://127.0.0.1").endsWith("/demo:0.2.0_build.1");
    ChartDetails details =
        success(charts.catalog().version(ref("0.1.0"), Set.of(Part.CONTENTS, Part.PROVENANCE)));
    assertThat(details.listing().digest())
        .isEqualTo("sha256:" + ArchiveCache.digest(Files.readAllBytes(oldest)));
    assertThat(details.listing().metadata().description()).isEqualTo("Shows it");
    assertThat(details.contents().orElseThrow().readme()).isEqualTo("# Demo\n");
    assertThat(details.provenance()).contains(new Provenance.Unsigned());
    assertFailure(fetch(charts, Optional.of("9.9.9")), Reason.NOT_FOUND, "version 9.9.9 not found");

    registry.push(chart, "0.4.0");
    clock.advance(Duration.ofMinutes(1));
    assertThat(success(fetch(charts, Optional.of("0.4.0"))).version()).isEqualTo("0.4.0");
  }

  @Test
  void onlySignedChartsAreFetchedWhereThatIsRequired() throws IOException {
    OciRegistry registry = withPasswords();
    TestKey key = TestKey.create("Ann <ann@example.com>");
    registry.push(chart, "0.1.0");
    registry.push(chart, "0.2.0", "--sign", "--key=Ann", "--keyring=" + key.secret(directory));
    Signatures required =
        new Signatures(ProvenancePolicy.REQUIRE, Optional.of(key.binary(directory)));
    ChartRepositories charts =
        start(settings(registry, Optional.of(LOGIN), Optional.empty(), required, "demo"));

    assertThat(success(fetch(charts, Optional.of("0.2.0"))).version()).isEqualTo("0.2.0");
    assertFailure(
        fetch(charts, Optional.of("0.1.0")), Reason.FAILED_PRECONDITION, "it is not signed");
    assertThat(
            success(charts.catalog().version(ref("0.2.0"), Set.of(Part.PROVENANCE)))
                .provenance()
                .orElseThrow())
        .isInstanceOfSatisfying(
            Provenance.Verified.class,
            verified -> assertThat(verified.signer()).isEqualTo("Ann <ann@example.com>"));
  }

  @Test
  void aWrongPasswordShowsInTheStatusWithoutIt() throws IOException {
    OciRegistry registry = withPasswords();
    ChartRepositories charts =
        start(
            settings(
                registry, Optional.of(new Login("ann", "wrong")), Optional.empty(), NONE, "demo"));

    assertThat(charts.infos().getFirst().error())
        .isEqualTo("chart repository oci: refuses the configured credentials");
    assertThat(charts.infos().getFirst().ready()).isFalse();
  }

  @Test
  void aTokenOfTheConfiguredServiceOpensEachChart() throws Exception {
    CertificateAuthority authority = authority();
    RegistryTokenService tokens = RegistryTokenService.start(authority, Clock.systemUTC());
    opened.add(tokens);
    OciRegistry registry = opened(OciRegistry.withTokens(directory, authority, tokens));
    Path archive = registry.push(chart, "0.1.0");
    Path second = Files.createDirectory(directory.resolve("other"));
    Files.writeString(
        second.resolve("Chart.yaml"), "apiVersion: v2\nname: other\nversion: 1.0.0\n");
    registry.push(second, "1.0.0");
    ChartRepositories charts =
        start(
            settings(
                registry,
                Optional.empty(),
                Optional.of(new TokenService(tokens.realm(), Optional.of(LOGIN), Optional.empty())),
                NONE,
                "demo",
                "other"));

    assertThat(charts.infos().getFirst().error()).isEmpty();
    assertThat(charts.infos().getFirst().charts()).isEqualTo(2);
    assertThat(success(fetch(charts, Optional.empty())).archive()).hasSameBinaryContentAs(archive);
    int given = tokens.given();
    clock.advance(Duration.ofSeconds(11));
    assertThat(success(charts.refresh("oci")).error()).isEmpty();
    assertThat(tokens.given()).as("each token is used while it holds").isEqualTo(given);
  }

  private OciRegistry withPasswords() throws IOException {
    return opened(OciRegistry.withPasswords(directory, authority()));
  }

  private static CertificateAuthority authority() {
    return CertificateAuthority.create("test", new SecureRandom(), Instant.now());
  }

  private OciRegistry opened(OciRegistry registry) {
    opened.add(registry);
    return registry;
  }

  private static RepositorySettings settings(
      OciRegistry registry,
      Optional<Login> login,
      Optional<TokenService> tokenService,
      Signatures signatures,
      String... charts) {
    return new RepositorySettings(
        "oci",
        registry.url(),
        login,
        new Tls(Optional.empty(), Optional.of(registry.authority()), false),
        new RepositorySettings.Reach(true, Set.of(), false),
        tokenService,
        List.of(charts),
        signatures);
  }

  private ChartRepositories start(RepositorySettings settings) throws IOException {
    ChartRepositories charts =
        ChartRepositories.start(
            List.of(settings),
            ChartLimits.defaults(),
            directory.resolve("cache"),
            scheduler,
            clock,
            new Random(1));
    opened.add(charts);
    Awaitility.await().until(() -> charts.infos().getFirst().refreshed().isPresent());
    return charts;
  }

  private static Outcome<FetchedChart> fetch(ChartRepositories charts, Optional<String> version) {
    return charts.fetch("oci/demo", version, Duration.ofSeconds(20));
  }

  private static ChartRef ref(String version) {
    return new ChartRef("oci", "demo", Optional.of(version));
  }

  private static List<String> versions(ChartRepositories charts) {
    return success(charts.catalog().versions(ref(""), new Page.Wanted(10, Optional.empty())))
        .items()
        .stream()
        .map((ChartListing listing) -> listing.metadata().version())
        .toList();
  }

  private static List<String> search(ChartRepositories charts, String words) {
    return success(
            charts
                .catalog()
                .charts(
                    new ChartQuery(Optional.empty(), words, false, false, false),
                    new Page.Wanted(10, Optional.empty())))
        .items()
        .stream()
        .map(ChartListing::metadata)
        .map(chart -> chart.name() + " " + chart.version() + " " + chart.description())
        .toList();
  }

  private static <T> T success(Outcome<T> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Success.class);
    return ((Outcome.Success<T>) outcome).value();
  }

  private static void assertFailure(Outcome<?> outcome, Reason reason, String text) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failure.class,
            failure -> {
              assertThat(failure.message()).contains(text);
              assertThat(failure.reason()).isEqualTo(reason);
            });
  }
}
