package io.helmgate.extauthz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.helmgate.extauthz.keys.JwksServer;
import io.helmgate.extauthz.record.LogServer;
import io.helmgate.extauthz.token.TestKeys;
import io.helmgate.sandbox.tls.CertificateAuthority;
import io.helmgate.sandbox.tls.PemPair;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Decision records on their way to a log server behind TLS. */
final class DecisionUploadIT {

  private static final Duration LIMIT = Duration.ofSeconds(30);

  @TempDir private Path directory;

  @Test
  void recordsGoOnlyToAServerWithACertificateOfItsAuthority() throws Exception {
    CertificateAuthority authority =
        CertificateAuthority.create("logs", new SecureRandom(), Instant.now());
    Path ca = authority.write(directory.resolve("logs-ca.crt"));
    PemPair pair = authority.issue(directory, "logs", "127.0.0.1");
    Path strange =
        CertificateAuthority.create("strange", new SecureRandom(), Instant.now())
            .write(directory.resolve("strange-ca.crt"));
    try (JwksServer provider = new JwksServer(JwksServer.keys(TestKeys.jwks(TestKeys.RSA)));
        LogServer logs = new LogServer();
        TlsFront front = new TlsFront(pair.certificate(), pair.key(), logs.port())) {
      try (TestService untrusting = service("strange", provider, front, strange);
          TestService trusting = service("known", provider, front, ca)) {
        untrusting.check(CheckRequest.getDefaultInstance());
        trusting.check(CheckRequest.getDefaultInstance());

        await().atMost(LIMIT).until(() -> !logs.uploads().isEmpty());
      }

      assertThat(
              logs.uploads().stream()
                  .flatMap(upload -> upload.body().findValuesAsText("replica").stream()))
          .containsOnly("known");
      assertThat(logs.uploads()).extracting(LogServer.Upload::token).containsOnly("Bearer hush");
    }
  }

  private TestService service(String name, JwksServer provider, TlsFront front, Path authorities)
      throws Exception {
    return TestService.start(
        Files.createDirectory(directory.resolve(name)),
        provider.url(),
        """
        limits: {rate: {enabled: false}}
        decision_log:
          labels: {replica: NAME}
          http:
            url: https://127.0.0.1:PORT
            token: hush
            ca_file: CA
            batch_delay: 100ms
            timeout: 2s
        """
            .replace("NAME", name)
            .replace("PORT", String.valueOf(front.port()))
            .replace("CA", authorities.toString()));
  }
}
