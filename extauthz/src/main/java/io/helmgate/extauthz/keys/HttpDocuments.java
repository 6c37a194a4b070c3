package io.helmgate.extauthz.keys;

import io.helmgate.kit.http.BoundedHttp;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

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
    HttpResponse<byte[]> response = BoundedHttp.send(client, request, timeout, maxBytes);
    if (response.statusCode() != OK) {
      throw new IOException(url + " answered " + response.statusCode() + " (expected: 200)");
    }
    return response.body();
  }
}
