package io.helmgate.extauthz.keys;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.helmgate.extauthz.json.StrictJson;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.time.Duration;

/**
 * Gets the key set that an issuer names in its configuration (OpenID Connect Discovery 1.0 §4). The
 * configuration is read each time, so that a provider may move its keys.
 */
final class DiscoveringFetcher implements KeyFetcher {

  private final HttpDocuments http;
  private final String issuer;
  private final Duration timeout;

  /**
   * Makes a fetcher.
   *
   * @param client must not follow redirects
   * @param timeout for both documents together
   */
  DiscoveringFetcher(HttpClient client, String issuer, Duration timeout, int maxBytes) {
    this.http = new HttpDocuments(client, maxBytes);
    this.issuer = issuer;
    this.timeout = timeout;
  }

  /** Where an issuer's configuration is published. */
  static URI configurationOf(String issuer) {
    String bare = issuer.endsWith("/") ? issuer.substring(0, issuer.length() - 1) : issuer;
    return URI.create(bare + "/.well-known/openid-configuration");
  }

  @Override
  public byte[] fetch() throws IOException, InterruptedException {
    URI url = configurationOf(issuer);
    long started = System.nanoTime();
    ObjectNode configuration =
        StrictJson.object(http.get(url, "application/json", timeout))
            .orElseThrow(() -> new IOException(url + " is no JSON object"));
    JsonNode said = configuration.path("issuer");
    if (!issuer.equals(said.textValue())) {
      throw new IOException(url + " is of issuer " + said + " (expected: " + issuer + ")");
    }
    Duration left = timeout.minusNanos(System.nanoTime() - started);
    return http.get(
        keys(url, configuration.path("jwks_uri")),
        "application/jwk-set+json, application/json",
        left.isPositive() ? left : Duration.ofNanos(1));
  }

  private URI keys(URI configuration, JsonNode jwksUri) throws IOException {
    try {
      URI keys = URI.create(jwksUri.asText());
      boolean secure = "https".equalsIgnoreCase(keys.getScheme());
      // No weaker than the issuer's own address, which the operator chose.
      boolean asIssuer = "http".equalsIgnoreCase(keys.getScheme()) && issuer.startsWith("http:");
      if (keys.getHost() != null && (secure || asIssuer)) {
        return keys;
      }
    } catch (IllegalArgumentException e) {
      throw new IOException(configuration + " has an unusable jwks_uri: " + jwksUri, e);
    }
    throw new IOException(configuration + " has an unusable jwks_uri: " + jwksUri);
  }
}
