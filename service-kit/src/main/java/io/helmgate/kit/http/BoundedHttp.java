package io.helmgate.kit.http;

import io.helmgate.kit.tls.Authorities;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;

/** An HTTP client that keeps connections and follows no redirects. */
public final class BoundedHttp implements AutoCloseable {

  private final HttpClient client;

  /**
   * Makes a client.
   *
   * @param connectTimeout for a new connection
   * @param authorities PEM file of those who may sign servers' certificates; empty means the
   *     platform's
   * @throws IOException when the certificates can't be read
   */
  public BoundedHttp(Duration connectTimeout, Optional<Path> authorities) throws IOException {
    HttpClient.Builder builder =
        HttpClient.newBuilder()
            .version(HttpClient.Version.HTTP_1_1)
            // A redirect could lead to a host that nobody chose.
            .followRedirects(HttpClient.Redirect.NEVER)
            .connectTimeout(connectTimeout);
    if (authorities.isPresent()) {
      builder.sslContext(trusting(authorities.get()));
    }
    this.client = builder.build();
  }

  /**
   * Sends a request.
   *
   * @param timeout for the whole exchange, body included
   * @throws IOException when there is no complete answer of at most {@code maxBytes} in time
   */
  public HttpResponse<byte[]> send(HttpRequest request, Duration timeout, int maxBytes)
      throws IOException, InterruptedException {
    return send(client, request, timeout, maxBytes);
  }

  /** The same by another client. */
  public static HttpResponse<byte[]> send(
      HttpClient client, HttpRequest request, Duration timeout, int maxBytes)
      throws IOException, InterruptedException {
    // A request's own time limit ends with the headers (JDK 25), so the whole is limited here.
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxBytes));
    try {
      return exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
    } catch (TimeoutException e) {
      throw new IOException(
          request.uri() + " did not answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException(request.uri() + " could not be read: " + e.getCause(), e);
    } finally {
      exchange.cancel(true);
    }
  }

  private static SSLContext trusting(Path authorities) throws IOException {
    try {
      Authorities trusted = Authorities.read(authorities);
      if (trusted.isEmpty()) {
        throw new IOException(authorities + " (expected: PEM certificates)");
      }
      return trusted.clients();
    } catch (GeneralSecurityException e) {
      throw new IOException(authorities + " (expected: PEM certificates)", e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
