package io.helmgate.kit.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import java.net.URLEncoder;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** REST by the routes that the methods name. */
public record V1Rest(V1Http http) implements V1Client {

  private static final Pattern VARIABLE = Pattern.compile("\\{([a-z_]+)=[^}]*}");

  @Override
  public Result call(String rpc, Message request) {
    return V1Http.result(send(rpc, request));
  }

  @Override
  public List<JsonNode> stream(String rpc, Message request, Function<JsonNode, Boolean> enough) {
    return V1Http.events(send(rpc, request), data -> data, enough);
  }

  private HttpResponse<Stream<String>> send(String rpc, Message request) {
    HttpRule rule =
        V1Grpc.descriptor(V1Grpc.method(rpc)).getOptions().getExtension(AnnotationsProto.http);
    var fields = json(request);
    return switch (rule.getPatternCase()) {
      case GET -> http.send("GET", withQuery(path(rule.getGet(), fields), fields), "");
      case DELETE -> http.send("DELETE", withQuery(path(rule.getDelete(), fields), fields), "");
      case POST -> {
        var path = path(rule.getPost(), fields);
        yield http.send("POST", path, fields.toString());
      }
      case PUT, PATCH, CUSTOM, PATTERN_NOT_SET -> throw new AssertionError(rule);
    };
  }

  /** The path; what it takes is no longer among the fields. */
  private static String path(String template, ObjectNode fields) {
    return VARIABLE
        .matcher(template)
        .replaceAll(
            variable ->
                Matcher.quoteReplacement(
                    String.valueOf(fields.remove(variable.group(1)).asText())));
  }

  private static String withQuery(String path, ObjectNode fields) {
    var query =
        fields.properties().stream()
            .flatMap(
                field ->
                    field.getValue().isArray()
                        ? field
                            .getValue()
                            .valueStream()
                            .map(each -> parameter(field.getKey(), each))
                        : Stream.of(parameter(field.getKey(), field.getValue())))
            .collect(Collectors.joining("&"));
    return query.isEmpty() ? path : path + "?" + query;
  }

  private static String parameter(String name, JsonNode value) {
    return name + "=" + URLEncoder.encode(value.asText(), StandardCharsets.UTF_8);
  }

  private static ObjectNode json(Message request) {
    try {
      return (ObjectNode)
          V1Http.json(JsonFormat.printer().preservingProtoFieldNames().print(request));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
  }

  @Override
  public String toString() {
    return "REST " + http.version();
  }
}
