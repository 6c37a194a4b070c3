package io.helmgate.extauthz.keys;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Gets documents by HTTP, bounded in time and size. Redirects are not followed. */
final class HttpDocuments {

  private static final int OK = 200;

  private final HttpClient client;
  private final int maxBytes;

  HttpDocuments(HttpClient client, int maxBytes) {
    this.client = client;
    this.maxBytes = maxBytes;
  }

  /**
   * Gets a document.
   *
   * @param timeout for the whole exchange, body included
   * @throws IOException when it cannot be had; the message says why and is fit for a log
   */
  byte[] get(URI url, String accept, Duration timeout) throws IOException, InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(url).header("accept", accept).timeout(timeout).build();
    // The request's own time limit ends with the headers (JDK 25), so the whole is limited here.
    CompletableFuture<HttpResponse<byte[]>> exchange =
        client.sendAsync(request, BodyHandlers.limiting(BodyHandlers.ofByteArray(), maxBytes));
    try {
      HttpResponse<byte[]> response = exchange.get(timeout.toNanos(), TimeUnit.NANOSECONDS);
      if (response.statusCode() != OK) {
        throw new IOException(url + " answered " + response.statusCode() + " (expected: 200)");
      }
      return response.body();
    } catch (TimeoutException e) {
      throw new IOException(url + " did not answer within " + timeout.toMillis() + " ms", e);
    } catch (ExecutionException e) {
      throw new IOException(url + " could not be read: " + e.getCause(), e);
    } finally {
      exchange.cancel(true);
    }
  }
}
