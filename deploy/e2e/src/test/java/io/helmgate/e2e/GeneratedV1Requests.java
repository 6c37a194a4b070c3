package io.helmgate.e2e;

import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.api.AnnotationsProto;
import com.google.api.HttpRule;
import com.google.protobuf.Descriptors.FieldDescriptor;
import com.google.protobuf.Descriptors.MethodDescriptor;
import com.google.protobuf.DynamicMessage;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import io.grpc.protobuf.ProtoMethodDescriptorSupplier;
import io.helmgate.e2e.GeneratedRequests.Request;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.proto.graphql.v1.Graphql;
import io.helmgate.proto.graphql.v1.GraphqlField;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.function.Supplier;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;

/**
 * Requests of {@code helmgate.deployer.v1}, made of its descriptors: any unary call on any
 * transport, about a release that does not exist, with a chart that does not exist.
 */
final class GeneratedV1Requests {

  private static final String PACKAGE = "helmgate.deployer.v1";
  private static final Pattern VARIABLE = Pattern.compile("\\{(\\w+)=([^}]*)}");
  private static final Pattern COLLECTION = Pattern.compile("(\\w+)/\\*");
  private static final List<MethodDescriptor> METHODS =
      CallSchema.services().stream()
          .flatMap(service -> service.getMethods().stream())
          .map(method -> (ProtoMethodDescriptorSupplier) method.getSchemaDescriptor())
          .map(schema -> Objects.requireNonNull(schema).getMethodDescriptor())
          .filter(method -> method.getFile().getPackage().equals(PACKAGE))
          .filter(method -> !method.isServerStreaming())
          .toList();

  private final Random random;
  private final Supplier<String> namespace;

  GeneratedV1Requests(Random random, Supplier<String> namespace) {
    this.random = random;
    this.namespace = namespace;
  }

  /** A message, and the path of its REST call. */
  private record Call(MethodDescriptor method, Message message, String path, String bound) {}

  Request next() {
    var call = call(METHODS.get(random.nextInt(METHODS.size())));
    return switch (random.nextInt(4)) {
      case 0 -> rest(call);
      case 1 -> graphql(call);
      case 2 -> grpc(call, "application/grpc");
      default -> grpc(call, "application/grpc-web+proto");
    };
  }

  private Call call(MethodDescriptor method) {
    var message = DynamicMessage.newBuilder(method.getInputType());
    for (var field : method.getInputType().getFields()) {
      set(message, field);
    }
    var template = path(rule(method));
    var variable = VARIABLE.matcher(template);
    if (!variable.find()) {
      return new Call(method, message.build(), template, "");
    }
    var resource = COLLECTION.matcher(variable.group(2)).replaceAll(this::resource);
    message.setField(method.getInputType().findFieldByName(variable.group(1)), resource);
    return new Call(method, message.build(), variable.replaceFirst(resource), variable.group(1));
  }

  private String resource(MatchResult collection) {
    var id =
        switch (collection.group(1)) {
          case "clusters" -> "default";
          case "namespaces" -> namespace.get();
          case "repositories" -> "sandbox";
          case "charts" -> "demo";
          case "versions" -> "0.1.0";
          default -> "web" + random.nextInt(3);
        };
    return collection.group(1) + "/" + id;
  }

  private void set(DynamicMessage.Builder message, FieldDescriptor field) {
    switch (field.getName()) {
      case "release_id" -> message.setField(field, "web");
      case "chart" -> message.setField(field, "sandbox/none");
      case "values" -> message.setField(field, Values.of("{'a': [1, 'y']}"));
      case "revision", "page_size" -> {
        if (random.nextBoolean()) {
          message.setField(field, 1 + random.nextInt(3));
        }
      }
      default -> {}
    }
  }

  private static Request rest(Call call) {
    var fields = (ObjectNode) Values.parse(json(call, false));
    fields.remove(call.bound());
    var rule = rule(call.method());
    if (rule.getPatternCase() == HttpRule.PatternCase.POST) {
      return request(
          "POST", call.path(), "application/json", GeneratedRequests.utf8(fields.toString()));
    }
    var query = new StringBuilder();
    fields
        .properties()
        .forEach(
            field ->
                query
                    .append(query.isEmpty() ? '?' : '&')
                    .append(field.getKey())
                    .append('=')
                    .append(field.getValue().asText()));
    return request(rule.getPatternCase().name(), call.path() + query, "", new byte[0]);
  }

  private static Request graphql(Call call) {
    GraphqlField field = call.method().getOptions().getExtension(Graphql.graphql);
    var document =
        "%s($i: %s!) { it: %s(input: $i) { __typename } }"
            .formatted(
                field.hasQuery() ? "query" : "mutation",
                call.method().getInputType().getName(),
                field.getQuery() + field.getMutation());
    var body =
        "{\"query\": \"%s\", \"variables\": {\"i\": %s}}".formatted(document, json(call, true));
    return request("POST", "/graphql", "application/json", GeneratedRequests.utf8(body));
  }

  private static Request grpc(Call call, String contentType) {
    return request(
        "POST",
        "/" + call.method().getService().getFullName() + "/" + call.method().getName(),
        contentType,
        GeneratedRequests.frame(call.message().toByteArray()));
  }

  private static String json(Call call, boolean protoNames) {
    try {
      var printer = JsonFormat.printer();
      return (protoNames ? printer.preservingProtoFieldNames() : printer).print(call.message());
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalStateException(e);
    }
  }

  private static HttpRule rule(MethodDescriptor method) {
    return method.getOptions().getExtension(AnnotationsProto.http);
  }

  private static String path(HttpRule rule) {
    return rule.getGet() + rule.getPost() + rule.getDelete();
  }

  private static Request request(String method, String target, String contentType, byte[] body) {
    return new Request(
        method,
        target,
        contentType.isEmpty() ? Map.of() : Map.of("content-type", contentType),
        body);
  }
}
