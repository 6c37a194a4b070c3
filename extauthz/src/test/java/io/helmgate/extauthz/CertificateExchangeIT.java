package io.helmgate.extauthz;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.envoyproxy.envoy.service.auth.v3.AuthorizationGrpc;
import io.envoyproxy.envoy.service.auth.v3.CheckRequest;
import io.grpc.ManagedChannel;
import io.grpc.StatusRuntimeException;
import io.grpc.TlsChannelCredentials;
import io.grpc.netty.shaded.io.grpc.netty.NettyChannelBuilder;
import io.helmgate.extauthz.keys.JwksServer;
import io.helmgate.extauthz.token.TestKeys;
import io.helmgate.sandbox.tls.CertificateAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Certificate, key and authority are exchanged in the files while requests come in. */
final class CertificateExchangeIT {

  private static final String NAME = "extauthz.helmgate.internal";

  @TempDir private Path directory;
  @TempDir private Path next;

  @Test
  void noRequestFailsOnOldAndNewConnectionsWhileCertificatesAreExchanged() throws Exception {
    try (JwksServer provider = new JwksServer(JwksServer.keys(TestKeys.jwks(TestKeys.RSA)));
        TestService service = TestService.start(directory, provider.url())) {
      CertificateAuthority authority =
          CertificateAuthority.create("next", new SecureRandom(), Instant.now());
      authority.write(next.resolve("ca.crt"));
      authority.issue(next, "extauthz", NAME);
      authority.issue(next, "envoy", "envoy.helmgate.internal");
      assertThat(answersToTheNextAuthority(service)).isFalse();

      AtomicBoolean end = new AtomicBoolean();
      AtomicInteger answered = new AtomicInteger();
      List<Throwable> failures = Collections.synchronizedList(new ArrayList<>());
      List<Thread> clients =
          List.of(
              load(() -> service.check(CheckRequest.getDefaultInstance()), end, answered, failures),
              load(
                  () -> service.checkAs("envoy", CheckRequest.getDefaultInstance()),
                  end,
                  answered,
                  failures));
      replace("ca.crt", Files.readString(directory.resolve("ca.crt")) + text("ca.crt"));
      replace("extauthz.key", text("extauthz.key"));
      replace("extauthz.crt", text("extauthz.crt"));

      await()
          .atMost(Duration.ofSeconds(60))
          .pollInterval(Duration.ofMillis(250))
          .until(() -> answersToTheNextAuthority(service));
      int before = answered.get();
      await().atMost(Duration.ofSeconds(30)).until(() -> answered.get() > before + 10);
      end.set(true);
      for (Thread client : clients) {
        client.join();
      }

      assertThat(failures).isEmpty();
    }
  }

  private static Thread load(
      Runnable call, AtomicBoolean end, AtomicInteger answered, List<Throwable> failures) {
    return Thread.ofVirtual()
        .start(
            () -> {
              while (!end.get()) {
                try {
                  call.run();
                  answered.incrementAndGet();
                } catch (RuntimeException e) {
                  failures.add(e);
                }
              }
            });
  }

  /** Whether the service shows the new certificate, and takes one of the new authority. */
  private boolean answersToTheNextAuthority(TestService service) throws IOException {
    ManagedChannel channel =
        NettyChannelBuilder.forAddress(
                "127.0.0.1",
                service.app().port(),
                TlsChannelCredentials.newBuilder()
                    .trustManager(next.resolve("ca.crt").toFile())
                    .keyManager(
                        next.resolve("envoy.crt").toFile(), next.resolve("envoy.key").toFile())
                    .build())
            .overrideAuthority(NAME)
            .build();
    try {
      return AuthorizationGrpc.newBlockingStub(channel)
          .withDeadlineAfter(20, TimeUnit.SECONDS)
          .check(CheckRequest.getDefaultInstance())
          .hasDeniedResponse();
    } catch (StatusRuntimeException e) {
      return false;
    } finally {
      channel.shutdownNow();
    }
  }

  private String text(String name) throws IOException {
    return Files.readString(next.resolve(name));
  }

  /** At once, so that no client reads half of it. */
  private void replace(String name, String content) throws IOException {
    Path written = Files.writeString(next.resolve(name + ".new"), content);
    Files.move(
        written,
        directory.resolve(name),
        StandardCopyOption.ATOMIC_MOVE,
        StandardCopyOption.REPLACE_EXISTING);
  }
}
