package io.helmgate.deployer.keys;

import com.nimbusds.jose.jwk.JWKSet;
import io.helmgate.kit.admin.Readiness.Condition;
import io.helmgate.kit.tls.Authorities;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import javax.net.ssl.SSLContext;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The JWK set at a URL, fetched again and again. What was fetched last stays while the server fails
 * or answers rubbish; before the first success the set is empty, so that no assertion is valid.
 */
public final class JwksUrl implements Supplier<JWKSet>, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger(JwksUrl.class);
  private static final Duration DEADLINE = Duration.ofSeconds(5);
  private static final int MAX_BYTES = 1 << 20;

  private final HttpClient http;
  private final URI url;
  private final Condition condition;
  private volatile JWKSet keys = new JWKSet();

  private JwksUrl(HttpClient http, URI url, Condition condition) {
    this.http = http;
    this.url = url;
    this.condition = condition;
  }

  /**
   * Begins to fetch.
   *
   * @param authorities certificates that the server's must lead to, PEM; empty: the system's
   * @param condition is told whether the last fetch succeeded
   * @throws IOException when the authorities cannot be read
   */
  public static JwksUrl start(
      URI url,
      Optional<Path> authorities,
      Duration interval,
      ScheduledExecutorService timer,
      Condition condition)
      throws IOException {
    var http = HttpClient.newBuilder().connectTimeout(DEADLINE);
    if (authorities.isPresent()) {
      http.sslContext(trusting(authorities.get()));
    }
    var keys = new JwksUrl(http.build(), url, condition);
    var _ =
        timer.scheduleWithFixedDelay(keys::refresh, 0, interval.toMillis(), TimeUnit.MILLISECONDS);
    return keys;
  }

  @Override
  public JWKSet get() {
    return keys;
  }

  @Override
  public void close() {
    http.shutdownNow();
  }

  private void refresh() {
    try {
      keys = fetch();
      condition.set(true, keys.size() + " keys");
    } catch (IOException e) {
      LOG.warn("assertion keys not fetched from {}: {}", url, e.toString());
      condition.set(false, "not fetched: " + e.getMessage());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private JWKSet fetch() throws IOException, InterruptedException {
    var request = HttpRequest.newBuilder(url).timeout(DEADLINE).build();
    var response = http.send(request, HttpResponse.BodyHandlers.ofInputStream());
    try (var body = response.body()) {
      var text = new String(body.readNBytes(MAX_BYTES), StandardCharsets.UTF_8);
      if (response.statusCode() != 200) {
        throw new IOException("status: " + response.statusCode() + " (expected: 200)");
      }
      return JWKSet.parse(text).toPublicJWKSet();
    } catch (ParseException e) {
      throw new IOException("no JWK set", e);
    }
  }

  private static SSLContext trusting(Path authorities) throws IOException {
    try {
      return Authorities.read(authorities).clients();
    } catch (GeneralSecurityException e) {
      throw new IOException(authorities + ": no certificates", e);
    }
  }
}
