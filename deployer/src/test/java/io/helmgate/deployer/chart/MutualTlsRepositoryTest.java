package io.helmgate.deployer.chart;

import static org.assertj.core.api.Assertions.assertThat;

import io.helmgate.deployer.chart.RepositorySettings.ClientCertificate;
import io.helmgate.deployer.chart.RepositorySettings.Reach;
import io.helmgate.deployer.chart.RepositorySettings.Tls;
import io.helmgate.deployer.release.Outcome;
import io.helmgate.kit.assertion.MutableClock;
import io.helmgate.sandbox.tls.PemPair;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A repository that knows its clients by certificate. */
final class MutualTlsRepositoryTest {
  @TempDir Path directory;
  private TestTls tls;
  private TestRepository repository;

  @BeforeEach
  void serve() throws IOException {
    tls = TestTls.create(directory);
    repository = TestRepository.secure(tls.server(), true);
    repository.on("/charts/a", TestRepository.text("a"));
  }

  @AfterEach
  void stop() {
    repository.close();
  }

  @Test
  void theConfiguredCertificateIsShownToIt() throws IOException {
    assertThat(get(repository.url(), certificate(), Set.of())).isInstanceOf(Outcome.Success.class);
    assertThat(get(repository.url(), Optional.empty(), Set.of()))
        .isInstanceOf(Outcome.Failure.class);
  }

  @Test
  void noOtherHostSeesIt() throws IOException {
    try (TestRepository first = TestRepository.secure(tls.server(), false)) {
      first.on("/charts/a", TestRepository.redirect(repository.url() + "/a"));

      assertThat(get(first.url(), certificate(), Set.of(repository.url().getAuthority())))
          .as("the second one asks for a certificate, and gets none")
          .isInstanceOf(Outcome.Failure.class);
      assertThat(first.requests("host")).hasSize(1);
      assertThat(repository.requests("host")).isEmpty();
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsNotBelieved() throws IOException {
    TestTls others = TestTls.create(java.nio.file.Files.createDirectory(directory.resolve("b")));
    try (TestRepository stranger = TestRepository.secure(others.server(), false)) {
      stranger.on("/charts/a", TestRepository.text("a"));

      assertThat(get(stranger.url(), certificate(), Set.of())).isInstanceOf(Outcome.Failure.class);
      assertThat(stranger.requests("host")).isEmpty();
    }
  }

  private Optional<ClientCertificate> certificate() {
    PemPair pair = tls.issue("client");
    return Optional.of(new ClientCertificate(pair.certificate(), pair.key()));
  }

  private Outcome<RepositoryClient.Download> get(
      URI url, Optional<ClientCertificate> certificate, Set<String> hosts) throws IOException {
    RepositorySettings open = TestRepository.settings("test", url);
    RepositorySettings settings =
        new RepositorySettings(
            open.name(),
            url,
            open.login(),
            new Tls(certificate, Optional.of(tls.caFile()), false),
            new Reach(true, hosts, false),
            open.tokenService(),
            open.charts(),
            open.signatures());
    try (RepositoryClient client = new RepositoryClient(settings, new MutableClock())) {
      return client.get(
          new RepositoryClient.Wanted(okhttp3.HttpUrl.get(url + "/a"), Map.of(), 1000),
          Duration.ofSeconds(10));
    }
  }
}
