package io.helmgate.extauthz.policy.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.helmgate.extauthz.json.StrictJson;
import io.helmgate.extauthz.policy.DecisionReader;
import io.helmgate.extauthz.policy.Policy;
import io.helmgate.extauthz.policy.PolicyOutcome;
import io.helmgate.extauthz.policy.source.RegoQuery;
import io.helmgate.kit.http.BoundedHttp;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * A policy that an OPA server evaluates ({@code POST /v1/data/…}). Connections are kept. Whatever
 * is no answer of OPA's (another status, rubbish, nothing in time) is a failure, never an allow.
 */
public final class RemoteOpaPolicy implements Policy, AutoCloseable {

  private static final int OK = 200;
  private static final int MAX_ANSWER_BYTES = 4 << 20;
  private static final byte[] BEFORE = "{\"input\":".getBytes(StandardCharsets.UTF_8);

  private final RemoteOpaConfig config;
  private final URI question;
  private final DecisionReader decisions = new DecisionReader();
  private final BoundedHttp http;
  private final Semaphore free;

  /**
   * Makes a policy; nothing is sent yet.
   *
   * @throws IOException when the certificates can't be read
   */
  public RemoteOpaPolicy(RemoteOpaConfig config, RegoQuery query) throws IOException {
    this.config = config;
    this.question = question(config.url(), query);
    this.http = new BoundedHttp(config.timeout(), config.authorities());
    this.free = new Semaphore(config.maxConnections());
  }

  private static URI question(URI url, RegoQuery query) {
    String path =
        Arrays.stream(query.entrypoint().split("/", -1))
            .map(step -> URLEncoder.encode(step, StandardCharsets.UTF_8).replace("+", "%20"))
            .collect(Collectors.joining("/"));
    return URI.create(url.toString().replaceFirst("/+$", "") + "/v1/data/" + path);
  }

  @Override
  public PolicyOutcome decide(byte[] inputJsonUtf8) {
    long end = System.nanoTime() + config.timeout().toNanos();
    try {
      if (!free.tryAcquire(config.timeout().toNanos(), TimeUnit.NANOSECONDS)) {
        return new PolicyOutcome.Failed(
            "no connection to " + config.url() + " was free within its timeout");
      }
      try {
        Duration left = Duration.ofNanos(Math.max(1, end - System.nanoTime()));
        return outcome(http.send(request(inputJsonUtf8), left, MAX_ANSWER_BYTES));
      } finally {
        free.release();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return new PolicyOutcome.Failed("interrupted while asking " + config.url());
    } catch (IOException e) {
      return new PolicyOutcome.Failed(String.valueOf(e.getMessage()));
    }
  }

  private HttpRequest request(byte[] input) {
    ByteArrayOutputStream body = new ByteArrayOutputStream(input.length + BEFORE.length + 1);
    body.writeBytes(BEFORE);
    body.writeBytes(input);
    body.write('}');
    HttpRequest.Builder request =
        HttpRequest.newBuilder(question)
            .header("content-type", "application/json")
            .POST(BodyPublishers.ofByteArray(body.toByteArray()));
    if (!config.token().isEmpty()) {
      request.header("authorization", "Bearer " + config.token().reveal());
    }
    return request.build();
  }

  private PolicyOutcome outcome(HttpResponse<byte[]> response) {
    if (response.statusCode() != OK) {
      return new PolicyOutcome.Failed(
          config.url() + " answered " + response.statusCode() + " (expected: 200)");
    }
    Optional<? extends JsonNode> answer = StrictJson.object(response.body());
    if (answer.isEmpty()) {
      return new PolicyOutcome.Failed(config.url() + " answered no JSON object");
    }
    JsonNode result = answer.get().path("result");
    return result.isMissingNode() ? new PolicyOutcome.Undefined() : decisions.read(result);
  }

  /** The server's own; it does not tell which version answered. */
  @Override
  public String revision() {
    return "remote";
  }

  @Override
  public void close() {
    http.close();
  }
}
