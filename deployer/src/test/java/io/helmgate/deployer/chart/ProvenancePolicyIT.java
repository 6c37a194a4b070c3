package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.catalog.ProvenancePolicy;
import io.helmgate.deployer.chart.RepositorySettings.Signatures;
import io.helmgate.deployer.release.FetchedChart;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.kit.assertion.MutableClock;
import io.helmgate.sandbox.Checkout;
import io.helmgate.sandbox.process.Cli;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What each policy lets through of a repository with an index.yaml. */
final class ProvenancePolicyIT {
  private static final String SIGNATURE = "/charts/demo.tgz.prov";

  @TempDir Path directory;
  private final TestKey signer = TestKey.create("Ann <ann@example.com>");
  private final ScheduledExecutorService scheduler = Executors.newScheduledThreadPool(1);
  private TestRepository server;
  private byte[] signature = {};

  @BeforeEach
  void serve() throws IOException {
    Path chart = Files.createDirectory(directory.resolve("demo"));
    Files.writeString(chart.resolve("Chart.yaml"), "apiVersion: v2\nname: demo\nversion: 1.0.0\n");
    new Cli(Checkout.find().root().resolve(".tools/bin/helm"), Map.of())
        .run(
            "package",
            chart.toString(),
            "--destination=" + directory,
            "--sign",
            "--key=Ann",
            "--keyring=" + signer.secret(directory));
    byte[] archive = Files.readAllBytes(directory.resolve("demo-1.0.0.tgz"));
    signature = Files.readAllBytes(directory.resolve("demo-1.0.0.tgz.prov"));
    server = new TestRepository();
    server.on("/charts/demo.tgz", TestRepository.bytes(archive));
    server.on(
        "/charts/index.yaml",
        TestRepository.text(
            TestRepository.index(
                "demo",
                TestRepository.entry("1.0.0", "demo.tgz", TestRepository.digest(archive)))));
  }

  @AfterEach
  void stop() {
    scheduler.shutdownNow();
    server.close();
  }

  @Test
  void aRightSignatureIsLetThrough() throws IOException {
    server.on(SIGNATURE, TestRepository.bytes(signature));

    assertFetched(fetch(ProvenancePolicy.VERIFY, signer));
    assertFetched(fetch(ProvenancePolicy.REQUIRE, signer));
  }

  @Test
  void aWrongSignatureIsLetThroughOnlyWhereSignaturesDoNotMatter() throws IOException {
    TestKey stranger = TestKey.create("Ann <ann@example.com>");
    server.on(SIGNATURE, TestRepository.bytes(signature));

    assertFetched(fetch(ProvenancePolicy.OFF, stranger));
    assertRefused(fetch(ProvenancePolicy.VERIFY, stranger), "not by a key of the keyring");
    assertRefused(fetch(ProvenancePolicy.REQUIRE, stranger), "not by a key of the keyring");
  }

  @Test
  void noSignatureIsLetThroughUnlessItIsRequired() throws IOException {
    assertFetched(fetch(ProvenancePolicy.OFF, signer));
    assertFetched(fetch(ProvenancePolicy.VERIFY, signer));
    assertRefused(fetch(ProvenancePolicy.REQUIRE, signer), "it is not signed");
  }

  @Test
  void aSignatureThatCannotBeReadIsNoMissingOne() throws IOException {
    server.on(SIGNATURE, TestRepository.status(503));

    assertThat(fetch(ProvenancePolicy.VERIFY, signer))
        .isInstanceOfSatisfying(
            Outcome.Failure.class,
            failure -> assertThat(failure.reason()).isEqualTo(Reason.UNAVAILABLE));
  }

  private Outcome<FetchedChart> fetch(ProvenancePolicy policy, TestKey key) throws IOException {
    RepositorySettings open = TestRepository.settings("test", server.url());
    RepositorySettings settings =
        new RepositorySettings(
            open.name(),
            open.url(),
            open.login(),
            open.tls(),
            open.reach(),
            open.tokenService(),
            open.charts(),
            new Signatures(policy, Optional.of(key.binary(directory))));
    try (ChartRepositories charts =
        ChartRepositories.start(
            List.of(settings),
            ChartLimits.defaults(),
            directory.resolve("cache"),
            scheduler,
            new MutableClock(),
            new Random(1))) {
      return charts.fetch("test/demo", Optional.empty(), Duration.ofSeconds(20));
    }
  }

  private static void assertFetched(Outcome<FetchedChart> outcome) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Success.class,
            success -> assertThat(((FetchedChart) success.value()).version()).isEqualTo("1.0.0"));
  }

  private static void assertRefused(Outcome<FetchedChart> outcome, String text) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failure.class,
            failure -> {
              assertThat(failure.message()).startsWith("chart test/demo 1.0.0: ").contains(text);
              assertThat(failure.reason()).isEqualTo(Reason.FAILED_PRECONDITION);
            });
  }
}
