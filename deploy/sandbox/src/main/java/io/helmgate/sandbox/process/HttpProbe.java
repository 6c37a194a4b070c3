package io.helmgate.sandbox.process;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;

/** A server is ready when a URL answers with a status. */
public record HttpProbe(HttpClient client, URI url, int status) implements Readiness {
  private static final Duration TIMEOUT = Duration.ofSeconds(5);

  @Override
  public boolean isReady() throws IOException, InterruptedException {
    HttpRequest request = HttpRequest.newBuilder(url).timeout(TIMEOUT).build();
    return client.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == status;
  }
}
