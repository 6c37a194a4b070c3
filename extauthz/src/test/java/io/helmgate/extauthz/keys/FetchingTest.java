package io.helmgate.extauthz.keys;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.helmgate.extauthz.token.TestKeys;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.http.HttpClient;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Retries of a fetch, and discovery of where to fetch from. */
final class FetchingTest {

  private final List<Duration> waits = new ArrayList<>();

  @Test
  void aFetchIsTriedAgainAsOftenAsAllowed() throws Exception {
    List<String> answers = new ArrayList<>(List.of("fail", "fail", "ok"));

    assertThat(fetch(2, answers)).isEqualTo("ok");
    assertThat(waits).hasSize(2);
    assertThat(waits.get(0)).isLessThanOrEqualTo(Duration.ofMillis(100));
    assertThat(waits.get(1)).isLessThanOrEqualTo(Duration.ofMillis(150));
  }

  @Test
  void theLastFailureIsReported() {
    List<String> answers = new ArrayList<>(List.of("fail", "fail", "fail", "ok"));

    assertThatThrownBy(() -> fetch(2, answers)).isInstanceOf(IOException.class);
    assertThat(answers).containsExactly("ok");
  }

  @Test
  void withoutPolicyThereIsOneAttempt() {
    List<String> answers = new ArrayList<>(List.of("fail", "ok"));

    assertThatThrownBy(() -> fetch(0, answers)).isInstanceOf(IOException.class);
    assertThat(waits).isEmpty();
  }

  private String fetch(int retries, List<String> answers) throws Exception {
    KeyFetcher fetcher =
        () -> {
          String answer = answers.removeFirst();
          if (answer.equals("fail")) {
            throw new IOException("failed");
          }
          return answer.getBytes(StandardCharsets.UTF_8);
        };
    RetryPolicy policy = new RetryPolicy(retries, Duration.ofMillis(100), Duration.ofMillis(150));
    return new String(
        new RetryingFetcher(fetcher, policy, new SplittableRandom(1), waits::add).fetch(),
        StandardCharsets.UTF_8);
  }

  @Test
  void keysAreFoundByTheIssuerAlone() throws Exception {
    assertThat(discover("BASE/realm", "BASE/realm", "BASE/keys")).contains("rsa-1");
  }

  @ParameterizedTest
  @ValueSource(strings = {"BASE/other", "BASE/realm/", ""})
  void aConfigurationOfAnotherIssuerIsRefused(String said) {
    assertThatThrownBy(() -> discover("BASE/realm", said, "BASE/keys"))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("is of issuer");
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "file:///etc/passwd", "no url", "//x/keys", "ftp://127.0.0.1/keys"})
  void anUnusableAddressOfKeysIsRefused(String jwksUri) {
    assertThatThrownBy(() -> discover("BASE/realm", "BASE/realm", jwksUri))
        .isInstanceOf(IOException.class)
        .hasMessageContaining("unusable jwks_uri");
  }

  private static String discover(String issuer, String said, String jwksUri) throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    String base = "http://127.0.0.1:" + server.getAddress().getPort();
    Map<String, String> documents =
        Map.of(
            "/realm/.well-known/openid-configuration",
            "{\"issuer\":\"%s\",\"jwks_uri\":\"%s\"}".formatted(said, jwksUri),
            "/keys",
            TestKeys.jwks(TestKeys.RSA));
    documents.forEach(
        (path, text) ->
            server.createContext(
                path,
                exchange -> {
                  byte[] body = text.replace("BASE", base).getBytes(StandardCharsets.UTF_8);
                  exchange.sendResponseHeaders(200, body.length);
                  try (exchange) {
                    exchange.getResponseBody().write(body);
                  }
                }));
    server.start();
    try (HttpClient client = HttpClient.newHttpClient()) {
      return new String(
          new DiscoveringFetcher(
                  client, issuer.replace("BASE", base), Duration.ofSeconds(5), 65_536)
              .fetch(),
          StandardCharsets.UTF_8);
    } finally {
      server.stop(0);
    }
  }
}
