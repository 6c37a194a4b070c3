package io.helmgate.kit.client;

import com.fasterxml.jackson.databind.JsonNode;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.util.JsonFormat;
import com.google.rpc.Code;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLTypeUtil;
import io.helmgate.kit.call.CallSchema;
import io.helmgate.proto.graphql.v1.Graphql;
import io.helmgate.proto.graphql.v1.GraphqlField;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** One root field a document, all fields selected, the request as a variable. */
public record V1Graphql(V1Http http) implements V1Client {

  private static final Set<String> NOT_IN_LISTS = Set.of("manifest", "hooks", "resources", "tests");

  @Override
  public Result call(String rpc, Message request) {
    var response = send(rpc, request);
    if (!V1Http.type(response).contains("json")) {
      return V1Http.foreign(response);
    }
    var answer = V1Http.json(response.body());
    if (!answer.path("errors").isEmpty()) {
      return V1Client.of(Failure.ofGraphql(answer.path("errors").path(0)));
    }
    return new Result(Code.OK, "", List.of(), V1Client.plain(answer.path("data").path("it")));
  }

  @Override
  public List<JsonNode> stream(String rpc, Message request, Function<JsonNode, Boolean> enough) {
    return V1Http.events(send(rpc, request), data -> data.path("data").path("it"), enough);
  }

  private HttpResponse<Stream<String>> send(String rpc, Message request) {
    var body = V1Http.object().put("query", document(rpc));
    try {
      body.putObject("variables")
          .set(
              "input",
              V1Http.json(
                  JsonFormat.printer().preservingProtoFieldNames().print(withoutView(request))));
    } catch (InvalidProtocolBufferException e) {
      throw new IllegalArgumentException(e);
    }
    return http.send("POST", "/graphql", body.toString());
  }

  /** The selection says it. */
  private static Message withoutView(Message request) {
    var view = request.getDescriptorForType().findFieldByName("view");
    return view == null ? request : request.toBuilder().clearField(view).build();
  }

  private static String document(String rpc) {
    var method = V1Grpc.descriptor(V1Grpc.method(rpc));
    GraphqlField option = method.getOptions().getExtension(Graphql.graphql);
    var schema = CallSchema.helmgate().graphqlSchema();
    var root =
        switch (option.getOperationCase()) {
          case QUERY -> schema.getQueryType();
          case MUTATION -> schema.getMutationType();
          case SUBSCRIPTION -> schema.getSubscriptionType();
          case OPERATION_NOT_SET -> throw new AssertionError(rpc);
        };
    var name = option.getQuery() + option.getMutation() + option.getSubscription();
    return "%s($input: %s!) { it: %s(input: $input) %s }"
        .formatted(
            root.getName().toLowerCase(java.util.Locale.ROOT),
            method.getInputType().getName(),
            name,
            selection(
                (GraphQLObjectType)
                    GraphQLTypeUtil.unwrapAll(root.getFieldDefinition(name).getType()),
                rpc.startsWith("List")));
  }

  private static String selection(GraphQLObjectType type, boolean listed) {
    return type.getFieldDefinitions().stream()
        .filter(field -> !(listed && NOT_IN_LISTS.contains(field.getName())))
        .map(
            field ->
                field.getName()
                    + (GraphQLTypeUtil.unwrapAll(field.getType()) instanceof GraphQLObjectType inner
                        ? " " + selection(inner, listed)
                        : ""))
        .collect(Collectors.joining(" ", "{ ", " }"));
  }

  @Override
  public String toString() {
    return "GraphQL " + http.version();
  }
}
