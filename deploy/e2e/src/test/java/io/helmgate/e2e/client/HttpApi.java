package io.helmgate.e2e.client;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.function.Supplier;

/** Sends HTTP requests to one base URL with the caller's token. */
public final class HttpApi {

  private static final Duration TIMEOUT = Duration.ofMinutes(6);

  private final HttpClient client;
  private final URI base;
  private final Supplier<String> token;

  public HttpApi(HttpClient client, URI base, Supplier<String> token) {
    this.client = client;
    this.base = base;
    this.token = token;
  }

  /** Sends a request with a JSON body; an empty body is not sent. */
  public HttpReply send(String method, String path, String body) {
    var request = request(path);
    if (body.isEmpty()) {
      request.method(method, BodyPublishers.noBody());
    } else {
      request.header("content-type", "application/json");
      request.method(method, BodyPublishers.ofString(body));
    }
    return send(request.build());
  }

  /** A request to a path, with the token and nothing else. */
  public HttpRequest.Builder request(String path) {
    var request = HttpRequest.newBuilder(URI.create(base.toString() + path)).timeout(TIMEOUT);
    var value = token.get();
    if (!value.isEmpty()) {
      request.header("authorization", "Bearer " + value);
    }
    return request;
  }

  /** Sends a request as it is. */
  public HttpReply send(HttpRequest request) {
    try {
      var response = client.send(request, BodyHandlers.ofString());
      return new HttpReply(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new UncheckedIOException(request.method() + " " + request.uri(), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
