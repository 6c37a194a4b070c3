package io.helmgate.bench.deployer;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.helmgate.sandbox.Sandbox;
import io.helmgate.sandbox.process.SandboxException;
import java.io.IOException;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;

/** The deployer's REST API through Envoy, as one user. */
final class Gateway {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST = Duration.ofMinutes(6);
  private static final Duration TOKEN_USE = Duration.ofMinutes(4);

  private final Sandbox sandbox;
  private final HttpClient client;
  private final String user;
  private String token = "";
  private long fetched;

  Gateway(Sandbox sandbox, String user) {
    this.sandbox = sandbox;
    this.client = sandbox.envoy().client();
    this.user = user;
  }

  JsonNode get(String path) throws InterruptedException {
    return send("GET", path, "");
  }

  JsonNode post(String path, JsonNode body) throws InterruptedException {
    return send("POST", path, body.toString());
  }

  JsonNode delete(String path) throws InterruptedException {
    return send("DELETE", path, "");
  }

  /** Logging in is not what is measured; Keycloak's tokens live for 5 minutes. */
  private String token() {
    if (token.isEmpty() || System.nanoTime() - fetched > TOKEN_USE.toNanos()) {
      token = sandbox.keycloak().token(user);
      fetched = System.nanoTime();
    }
    return token;
  }

  /** Anything but success ends the benchmark: what fails is not measured. */
  private JsonNode send(String method, String path, String body) throws InterruptedException {
    HttpRequest request =
        HttpRequest.newBuilder(sandbox.envoy().url().resolve("/v1/" + path))
            .timeout(LONGEST)
            .header("authorization", "Bearer " + token())
            .header("content-type", "application/json")
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body))
            .build();
    try {
      HttpResponse<String> response = client.send(request, BodyHandlers.ofString());
      JsonNode answer = JSON.readTree(response.body());
      if (response.statusCode() != 200 || answer.path("error").isObject()) {
        throw new SandboxException(
            "%s %s: %d %s".formatted(method, path, response.statusCode(), response.body()));
      }
      return answer;
    } catch (IOException e) {
      throw new SandboxException(method + " " + path + ": no answer", e);
    }
  }
}
