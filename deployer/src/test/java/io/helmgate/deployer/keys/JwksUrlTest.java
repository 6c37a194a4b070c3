package io.helmgate.deployer.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.nimbusds.jose.JOSEException;
import com.nimbusds.jose.jwk.Curve;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.gen.ECKeyGenerator;
import com.sun.net.httpserver.HttpsConfigurator;
import com.sun.net.httpserver.HttpsServer;
import io.helmgate.deployer.api.TestIdentities;
import io.helmgate.kit.admin.Readiness;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicInteger;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SSLContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JwksUrlTest {

  private final TestIdentities identities = new TestIdentities();
  private final ScheduledExecutorService timer = Executors.newScheduledThreadPool(1);
  private final Readiness readiness = new Readiness();
  private final AtomicInteger requests = new AtomicInteger();
  private volatile int status = 200;
  private volatile String body = "";

  /** So many bytes of the body never come. */
  private volatile int missing;

  private HttpsServer server;

  @TempDir private Path directory;

  @BeforeEach
  void serve() throws IOException, GeneralSecurityException {
    var tls = SSLContext.getInstance("TLS");
    tls.init(new KeyManager[] {identities.issue("extauthz")}, null, null);
    server = HttpsServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.setHttpsConfigurator(new HttpsConfigurator(tls));
    server.createContext(
        "/jwks.json",
        exchange -> {
          requests.incrementAndGet();
          var bytes = body.getBytes(StandardCharsets.UTF_8);
          exchange.sendResponseHeaders(status, bytes.length + missing);
          exchange.getResponseBody().write(bytes);
          exchange.getResponseBody().flush();
          if (missing == 0) {
            exchange.close();
          }
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
    timer.shutdownNow();
  }

  @Test
  void publicHalvesOfTheKeysAreFetchedAndFollowed() throws Exception {
    body = new JWKSet(key("one")).toString(false);
    try (var keys = start(identities)) {
      await("first fetch").untilAsserted(() -> assertThat(kids(keys)).containsExactly("one"));
      assertThat(keys.get().getKeys().getFirst().isPrivate()).isFalse();
      assertThat(readiness.isReady()).isTrue();

      body = new JWKSet(List.of(key("one"), key("two"))).toString();
      await("second key").untilAsserted(() -> assertThat(kids(keys)).containsExactly("one", "two"));
    }
  }

  @Test
  void whatWasFetchedLastStaysWhileTheServerFailsOrAnswersRubbish() throws Exception {
    body = new JWKSet(key("one")).toString();
    try (var keys = start(identities)) {
      await("first fetch").untilAsserted(() -> assertThat(kids(keys)).containsExactly("one"));

      status = 503;
      await("failing").until(() -> !readiness.isReady());
      assertThat(kids(keys)).containsExactly("one");

      status = 200;
      body = "<html>";
      int before = requests.get();
      await("rubbish").until(() -> requests.get() > before + 1);
      assertThat(readiness.isReady()).isFalse();
      assertThat(kids(keys)).containsExactly("one");

      body = new JWKSet(key("two")).toString();
      await("healed").untilAsserted(() -> assertThat(kids(keys)).containsExactly("two"));
      assertThat(readiness.isReady()).isTrue();
    }
  }

  @Test
  void aServerThatStallsWithinItsAnswerOrAnswersTooMuchIsAskedAgain() throws Exception {
    missing = 1;
    body = "{";
    try (var keys = start(identities)) {
      await("stalled").until(() -> report().contains("did not answer within"));

      missing = 0;
      body = " ".repeat(2 << 20) + new JWKSet(key("large"));
      await("too large").until(() -> report().contains("could not be read"));

      // Null in place of a list, on which the parser may fail in its own way.
      body = "{\"keys\": null}";
      await("no list").until(() -> report().contains("no JWK set"));

      body = new JWKSet(key("one")).toString();
      await("healed").untilAsserted(() -> assertThat(kids(keys)).containsExactly("one"));
    }
  }

  @Test
  void aServerOfAnotherAuthorityIsNotBelieved() throws Exception {
    body = new JWKSet(key("one")).toString();
    try (var keys = start(new TestIdentities())) {
      await("refused").until(() -> report().contains("not fetched"));
      assertThat(keys.get().getKeys()).isEmpty();
      assertThat(requests).hasValue(0);
    }
  }

  private String report() {
    var report = new StringBuilder();
    readiness.describe(report::append);
    return report.toString();
  }

  private JwksUrl start(TestIdentities trusted) throws IOException {
    return JwksUrl.start(
        URI.create("https://localhost:" + server.getAddress().getPort() + "/jwks.json"),
        Optional.of(Files.writeString(directory.resolve("ca.crt"), trusted.pem())),
        Duration.ofMillis(50),
        timer,
        readiness.required("assertion keys"));
  }

  private static List<String> kids(JwksUrl keys) {
    return keys.get().getKeys().stream().map(JWK::getKeyID).toList();
  }

  private static JWK key(String kid) throws JOSEException {
    return new ECKeyGenerator(Curve.P_256).keyID(kid).generate();
  }
}
