package io.helmgate.extauthz.keys;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;

/** Gets a key set from where it is published. */
final class HttpKeyFetcher implements KeyFetcher {

  private final HttpDocuments http;
  private final URI url;
  private final Duration timeout;

  /**
   * Makes a fetcher.
   *
   * @param client must not follow redirects: they could lead to a host that nobody chose
   * @param timeout for the whole exchange, body included
   */
  HttpKeyFetcher(HttpClient client, URI url, Duration timeout, int maxBytes) {
    this.http = new HttpDocuments(client, maxBytes);
    this.url = url;
    this.timeout = timeout;
  }

  @Override
  public byte[] fetch() throws IOException, InterruptedException {
    return http.get(url, "application/jwk-set+json, application/json", timeout);
  }
}
