package io.helmgate.kit.client;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.ByteString;
import com.google.rpc.Code;
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

/** HTTP requests of one version of HTTP. */
public record V1Http(V1Port port, Version version) {

  HttpResponse<Stream<String>> send(String method, String path, String body) {
    var builder =
        HttpRequest.newBuilder(port.url(path))
            .version(version)
            .method(
                method, body.isEmpty() ? BodyPublishers.noBody() : BodyPublishers.ofString(body));
    Map<String, List<String>> headers =
        body.isEmpty() ? Map.of() : Map.of("content-type", List.of("application/json"));
    headers.forEach((name, values) -> builder.header(name, values.getFirst()));
    port.authorization(new HttpCallRequest(method, path, headers, ByteString.copyFromUtf8(body)))
        .forEach(builder::header);
    try {
      return port.http().send(builder.build(), BodyHandlers.ofLines());
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
    if (response.statusCode() == 200) {
      return new V1Client.Result(Code.OK, "", List.of(), V1Client.plain(json(response.body())));
    }
    return type(response).startsWith("application/problem+json")
        ? V1Client.of(Failure.ofProblem(json(response.body())))
        : foreign(response);
  }

  /** What came of a request that neither service answered, but Envoy. */
  static V1Client.Result foreign(HttpResponse<Stream<String>> response) {
    return new V1Client.Result(
        HttpCodes.code(response.statusCode()),
        String.join("\n", response.body().toList()),
        List.of(),
        V1Client.JSON.missingNode());
  }

  static String type(HttpResponse<?> response) {
    return response.headers().firstValue("content-type").orElse("");
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
    if (!type(response).startsWith("text/event-stream")) {
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
