package io.helmgate.extauthz.policy.http;

import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

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
    try (var in = Files.newInputStream(authorities)) {
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      for (Certificate authority :
          CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        store.setCertificateEntry("authority-" + store.size(), authority);
      }
      if (store.size() == 0) {
        throw new IOException(authorities + " (expected: PEM certificates)");
      }
      TrustManagerFactory trust =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      trust.init(store);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, trust.getTrustManagers(), null);
      return context;
    } catch (GeneralSecurityException e) {
      throw new IOException(authorities + " (expected: PEM certificates)", e);
    }
  }

  @Override
  public void close() {
    client.shutdownNow();
  }
}
