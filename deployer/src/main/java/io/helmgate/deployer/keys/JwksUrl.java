package io.helmgate.deployer.keys;

import com.nimbusds.jose.jwk.JWKSet;
import io.helmgate.kit.admin.Readiness.Condition;
import io.helmgate.kit.http.BoundedHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpRequest;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.text.ParseException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
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

  private final BoundedHttp http;
  private final URI url;
  private final Condition condition;
  private volatile JWKSet keys = new JWKSet();

  private JwksUrl(BoundedHttp http, URI url, Condition condition) {
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
    var keys = new JwksUrl(new BoundedHttp(DEADLINE, authorities), url, condition);
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
    http.close();
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
    var response = http.send(HttpRequest.newBuilder(url).build(), DEADLINE, MAX_BYTES);
    if (response.statusCode() != 200) {
      throw new IOException("status: " + response.statusCode() + " (expected: 200)");
    }
    try {
      return JWKSet.parse(new String(response.body(), StandardCharsets.UTF_8)).toPublicJWKSet();
    } catch (ParseException | RuntimeException e) {
      // The parser throws others too, and one that is not caught would end the schedule.
      throw new IOException("no JWK set", e);
    }
  }
}
