package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import io.helmgate.deployer.chart.RepositorySettings.Login;
import io.helmgate.deployer.chart.RepositorySettings.Reach;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.deployer.release.Reason;
import io.helmgate.kit.assertion.MutableClock;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CountDownLatch;
import java.util.zip.GZIPOutputStream;
import okhttp3.Dns;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What a repository may try, and its client does not do. */
final class HostileRepositoryTest {
  private static final Duration TIMEOUT = Duration.ofSeconds(10);
  private static final long LIMIT = 1 << 20;

  private final CountDownLatch over = new CountDownLatch(1);
  private TestRepository repository;
  private TestRepository other;

  @BeforeEach
  void serve() throws IOException {
    repository = new TestRepository();
    other = new TestRepository();
    other.on("/secret", TestRepository.text("secret"));
  }

  @AfterEach
  void stop() {
    over.countDown();
    repository.close();
    other.close();
  }

  @Test
  void aRedirectLeadsToNoHostThatIsNotAllowed() {
    repository.on("/charts/a", TestRepository.redirect(other("/secret")));

    assertFailure(
        get(reach(Set.of()), "a"), Reason.FAILED_PRECONDITION, "redirects to the host 127.0.0.1");
    assertThat(other.requests("authorization")).isEmpty();
  }

  @Test
  void anAllowedHostIsAskedWithoutCredentials() {
    repository.on("/charts/a", TestRepository.redirect(other("/secret")));

    assertThat(text(get(reach(Set.of(authority(other))), "a"))).isEqualTo("secret");
    assertThat(repository.requests("authorization")).hasSize(1).noneMatch(r -> r.endsWith("null"));
    assertThat(other.requests("authorization")).containsExactly("/secret null");
  }

  @Test
  void credentialsDoNotComeBackAfterARedirectToAnotherHost() {
    repository.on("/charts/a", TestRepository.redirect(other("/back")));
    other.on("/back", TestRepository.redirect(repository.url() + "/b"));
    repository.on("/charts/b", TestRepository.text("b"));

    assertThat(text(get(reach(Set.of(authority(other))), "a"))).isEqualTo("b");
    assertThat(repository.requests("authorization").getLast()).isEqualTo("/charts/b null");
  }

  @Test
  void anAllowedHostThatAsksForATokenGetsNone() {
    repository.on("/charts/a", TestRepository.redirect(other("/secret")));
    other.on(
        "/secret",
        exchange -> {
          exchange
              .getResponseHeaders()
              .set("WWW-Authenticate", "Bearer realm=\"" + other("/token") + "\"");
          exchange.sendResponseHeaders(401, -1);
        });

    assertFailure(get(reach(Set.of(authority(other))), "a"), Reason.PERMISSION_DENIED, "refuses");
    assertThat(other.requests("authorization")).containsExactly("/secret null");
  }

  @Test
  void aRedirectToAnotherSchemeIsNotFollowed() {
    for (String location : List.of("file:///etc/passwd", "ftp://127.0.0.1/a", "gopher://a")) {
      repository.on("/charts/a", TestRepository.redirect(location));

      assertFailure(
          get(reach(Set.of("127.0.0.1")), "a"), Reason.FAILED_PRECONDITION, "redirects to");
    }
  }

  @Test
  void aNameThatLeadsToAPrivateAddressIsOfNoUse() {
    repository.on("/charts/a", TestRepository.text("secret"));
    URI named = URI.create("http://charts.example.com:" + repository.url().getPort() + "/charts");

    assertFailure(
        client(named, new Reach(false, Set.of(), false), everythingIsLocal())
            .get(wanted(named), TIMEOUT),
        Reason.FAILED_PRECONDITION,
        "leads to the address 127.0.0.1");
    assertThat(repository.requests("host")).isEmpty();
    assertThat(
            text(
                client(named, new Reach(true, Set.of(), false), everythingIsLocal())
                    .get(wanted(named), TIMEOUT)))
        .isEqualTo("secret");
  }

  @Test
  void aNameThatChangesItsAddressIsLookedAtEachTime() {
    URI named = URI.create("http://charts.example.com:" + repository.url().getPort() + "/charts");
    repository.on("/charts/a", TestRepository.text("secret"));
    // The first address is public and refuses; a client that tries the next one meets the guard.
    Dns rebinding =
        _ -> List.of(InetAddress.ofLiteral("169.254.169.254"), InetAddress.getLoopbackAddress());

    assertFailure(
        client(named, new Reach(false, Set.of(), false), rebinding).get(wanted(named), TIMEOUT),
        Reason.FAILED_PRECONDITION,
        "leads to the address");
    assertThat(repository.requests("host")).isEmpty();
  }

  @Test
  void aRedirectToTheMetadataServiceOfACloudIsRefusedEvenIfItsHostIsAllowed() {
    repository.on("/charts/a", TestRepository.redirect("http://169.254.169.254/latest/meta-data/"));

    assertFailure(
        get(reach(Set.of("169.254.169.254")), "a"),
        Reason.FAILED_PRECONDITION,
        "leads to the address 169.254.169.254, which is never connected to");
  }

  @Test
  void whatNeverEndsIsCutOff() {
    byte[] block = new byte[1 << 16];
    Arrays.fill(block, (byte) '#');
    repository.on(
        "/charts/a",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          try (OutputStream out = exchange.getResponseBody()) {
            while (over.getCount() > 0) {
              out.write(block);
            }
          }
        });

    assertFailure(get(reach(Set.of()), "a"), Reason.FAILED_PRECONDITION, "larger than 1 MiB");
  }

  @Test
  void whatUnpacksToMuchIsCutOff() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      for (int i = 0; i < 1000; i++) {
        out.write(new byte[1 << 20]);
      }
    }
    repository.on(
        "/charts/a",
        exchange -> {
          exchange.getResponseHeaders().set("Content-Encoding", "gzip");
          exchange.sendResponseHeaders(200, packed.size());
          exchange.getResponseBody().write(packed.toByteArray());
        });

    assertThat(packed.size()).isLessThan((int) LIMIT);
    assertFailure(get(reach(Set.of()), "a"), Reason.FAILED_PRECONDITION, "larger than 1 MiB");
  }

  @Test
  void whatDripsIsNotWaitedForBeyondTheDeadline() {
    repository.on(
        "/charts/a",
        exchange -> {
          exchange.sendResponseHeaders(200, 0);
          drip(exchange);
        });
    long start = System.nanoTime();

    assertFailure(
        client(repository.url(), reach(Set.of()), Dns.SYSTEM)
            .get(wanted(repository.url()), Duration.ofMillis(500)),
        Reason.UNAVAILABLE,
        "does not answer in time");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(5));
  }

  @Test
  void redirectsShareOneDeadline() {
    repository.on(
        "/charts/a",
        exchange -> {
          await(Duration.ofMillis(200));
          TestRepository.redirect("a").to(exchange);
        });

    assertFailure(
        client(repository.url(), reach(Set.of()), Dns.SYSTEM)
            .get(wanted(repository.url()), Duration.ofMillis(500)),
        Reason.UNAVAILABLE,
        "does not answer in time");
    assertThat(repository.requests("host")).hasSizeBetween(1, 3);
  }

  @Test
  void aHugeHeaderIsRefused() {
    repository.on(
        "/charts/a",
        exchange -> {
          exchange.getResponseHeaders().set("X-Huge", "x".repeat(1 << 20));
          TestRepository.text("a").to(exchange);
        });

    assertThat(get(reach(Set.of()), "a")).isInstanceOf(Outcome.Failure.class);
  }

  private void drip(HttpExchange exchange) throws IOException {
    try (OutputStream out = exchange.getResponseBody()) {
      while (over.getCount() > 0) {
        out.write('#');
        out.flush();
        await(Duration.ofMillis(50));
      }
    }
  }

  private void await(Duration time) {
    try {
      var _ = over.await(time.toMillis(), java.util.concurrent.TimeUnit.MILLISECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static Dns everythingIsLocal() {
    return _ -> List.of(InetAddress.getLoopbackAddress());
  }

  private static Reach reach(Set<String> hosts) {
    return new Reach(true, hosts, false);
  }

  private Outcome<RepositoryClient.Download> get(Reach reach, String path) {
    assertThat(path).isEqualTo("a");
    return client(repository.url(), reach, Dns.SYSTEM).get(wanted(repository.url()), TIMEOUT);
  }

  private static RepositoryClient.Wanted wanted(URI url) {
    return new RepositoryClient.Wanted(okhttp3.HttpUrl.get(url + "/a"), Map.of(), LIMIT);
  }

  private static RepositoryClient client(URI url, Reach reach, Dns dns) {
    RepositorySettings open =
        TestRepository.settings(
            "test", url, Optional.of(new Login("ann", "hush")), Optional.empty());
    try {
      return new RepositoryClient(
          new RepositorySettings(
              open.name(),
              open.url(),
              open.login(),
              open.tls(),
              reach,
              open.tokenService(),
              open.charts(),
              open.signatures()),
          new MutableClock(),
          dns);
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  private String other(String path) {
    return other.url().resolve(path).toString();
  }

  private static String authority(TestRepository server) {
    return server.url().getAuthority();
  }

  private static String text(Outcome<RepositoryClient.Download> outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Success.class);
    return new String(
        ((Outcome.Success<RepositoryClient.Download>) outcome).value().bytes(),
        StandardCharsets.UTF_8);
  }

  private static void assertFailure(
      Outcome<RepositoryClient.Download> outcome, Reason reason, String text) {
    assertThat(outcome)
        .isInstanceOfSatisfying(
            Outcome.Failure.class,
            failure -> {
              assertThat(failure.message()).contains(text).doesNotContain("hush", "secret");
              assertThat(failure.reason()).isEqualTo(reason);
            });
  }
}
