package io.helmgate.sandbox.identity;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.sandbox.process.SandboxException;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;

/** Calls of Keycloak's token endpoint and admin API; any answer but success is an exception. */
record KeycloakRest(HttpClient client) {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration TIMEOUT = Duration.ofSeconds(30);

  String token(String url, Map<String, String> form) {
    String body =
        form.entrySet().stream()
            .map(field -> field.getKey() + "=" + encoded(field.getValue()))
            .collect(Collectors.joining("&"));
    return send(request(url)
            .header("content-type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(body)))
        .required("access_token")
        .textValue();
  }

  JsonNode get(String url, String token) {
    return send(authorized(url, token));
  }

  void post(String url, String token, JsonNode body) {
    send(
        authorized(url, token)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofString(body.toString())));
  }

  void put(String url, String token, JsonNode body) {
    send(
        authorized(url, token)
            .header("content-type", "application/json")
            .PUT(BodyPublishers.ofString(body.toString())));
  }

  void delete(String url, String token) {
    send(authorized(url, token).DELETE());
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static HttpRequest.Builder request(String url) {
    return HttpRequest.newBuilder(URI.create(url)).timeout(TIMEOUT);
  }

  private static HttpRequest.Builder authorized(String url, String token) {
    return request(url).header("authorization", "Bearer " + token);
  }

  private JsonNode send(HttpRequest.Builder builder) {
    HttpRequest request = builder.build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      if (response.statusCode() / 100 != 2) {
        throw new SandboxException(
            "%s %s: %d %s (expected: success)"
                .formatted(
                    request.method(), request.uri(), response.statusCode(), response.body()));
      }
      return JSON.readTree(response.body());
    } catch (IOException e) {
      throw new SandboxException("%s: no answer".formatted(request.uri()), e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new SandboxException("interrupted while %s answered".formatted(request.uri()), e);
    }
  }
}
