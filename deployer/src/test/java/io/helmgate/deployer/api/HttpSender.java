package io.helmgate.deployer.api;

import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;

/** Sends HTTP requests of one HTTP version, by the JDK's client. */
record HttpSender(RunningApi api, Version version) {

  HttpReply send(String method, String path, Map<String, String> headers, byte[] body) {
    var request =
        HttpRequest.newBuilder(api.url(path))
            .version(version)
            .method(
                method,
                body.length == 0 ? BodyPublishers.noBody() : BodyPublishers.ofByteArray(body));
    headers.forEach(request::header);
    try {
      var response = api.http().send(request.build(), BodyHandlers.ofByteArray());
      return new HttpReply(response.statusCode(), response.headers(), response.body());
    } catch (IOException e) {
      throw new AssertionError(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  HttpReply json(String method, String path, String assertion, String body) {
    var headers = new LinkedHashMap<>(ApiClient.headers(assertion));
    if (!body.isEmpty()) {
      headers.put("content-type", "application/json");
    }
    return send(method, path, headers, body.getBytes(StandardCharsets.UTF_8));
  }
}
