package io.helmgate.deployer.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.rpc.Code;
import io.helmgate.kit.call.CallDecoder;
import io.helmgate.kit.call.CallLimits;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.kit.call.Decoding;
import io.helmgate.kit.call.HttpCallRequest;
import java.io.IOException;
import java.net.http.HttpClient.Version;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;

/** HTTP requests with an assertion for what the decoder reads in them, as extauthz gives it. */
record V1Http(ApiPort api, Version version) {

  private static final CallDecoder DECODER =
      new CallDecoder(CallSchema.helmgate(), CallLimits.defaults());

  HttpResponse<Stream<String>> send(String method, String path, String body) {
    var builder =
        HttpRequest.newBuilder(api.url(path))
            .version(version)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    Map<String, List<String>> headers =
        body.isEmpty() ? Map.of() : Map.of("content-type", List.of("application/json"));
    headers.forEach((name, values) -> builder.header(name, values.getFirst()));
    var decoding =
        DECODER.decode(new HttpCallRequest(method, path, headers, ByteString.copyFromUtf8(body)));
    // What extauthz cannot read it does not assert; the deployer must refuse it by itself.
    var assertion =
        decoding instanceof Decoding.Decoded decoded
            ? api.assertions().forCalls(decoded.calls())
            : api.assertions().unbound();
    ApiClient.headers(assertion).forEach(builder::header);
    try {
      return api.http().send(builder.build(), BodyHandlers.ofLines());
    } catch (IOException e) {
      throw new AssertionError(method + " " + path, e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  static JsonNode json(Stream<String> lines) {
    return json(String.join("\n", lines.toList()));
  }

  static JsonNode json(String text) {
    try {
      return V1Client.JSON.readTree(text);
    } catch (JsonProcessingException e) {
      throw new AssertionError("no JSON: " + text, e);
    }
  }

  /** What came of a REST request. */
  static V1Client.Result result(HttpResponse<Stream<String>> response) {
    var body = json(response.body());
    if (response.statusCode() == 200) {
      return new V1Client.Result(Code.OK, "", List.of(), V1Client.plain(body));
    }
    return new V1Client.Result(
        Code.valueOf(body.path("code").asText()),
        body.path("detail").asText(),
        StreamSupport.stream(body.path("errors").spliterator(), false)
            .map(error -> error.path("field").asText())
            .toList(),
        body);
  }

  /**
   * Reads server-sent events.
   *
   * @param content what of an event's data is the message
   */
  static List<JsonNode> events(
      HttpResponse<Stream<String>> response,
      Function<JsonNode, JsonNode> content,
      Function<JsonNode, Boolean> enough) {
    if (!response.headers().firstValue("content-type").orElse("").startsWith("text/event-stream")) {
      throw new AssertionError(response.statusCode() + " " + response.body().toList());
    }
    List<JsonNode> events = new ArrayList<>();
    try (var lines = response.body()) {
      var all = lines.iterator();
      while (all.hasNext()) {
        var data = V1Client.after(all.next(), "data:").filter(text -> !text.isEmpty());
        if (data.isPresent()) {
          events.add(V1Client.plain(content.apply(json(data.get()))));
          if (enough.apply(events.getLast())) {
            return events;
          }
        }
      }
    }
    return events;
  }

  static ObjectNode object() {
    return V1Client.JSON.createObjectNode();
  }
}
