package io.helmgate.kit.call;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.google.protobuf.Empty;
import com.google.protobuf.Message;
import graphql.GraphQLException;
import graphql.execution.RawVariables;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.language.OperationDefinition.Operation;
import graphql.normalized.ExecutableNormalizedField;
import graphql.normalized.ExecutableNormalizedOperationFactory;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Decodes GraphQL requests: every root field of the operation meant is a call. */
final class GraphqlRequests {

  static final String PATH = "/graphql";

  private static final String SERVICE = "graphql";
  private static final Set<String> INTROSPECTION = Set.of("__schema", "__type");
  private static final String TYPENAME = "__typename";
  private static final Set<String> MEMBERS =
      Set.of("query", "operationName", "variables", "extensions");

  private final GraphqlRoots roots;
  private final JsonMessages messages;
  private final JsonBody json;
  private final CallLimits limits;
  private final GraphqlDocuments documents;
  private final ObjectMapper mapper = new ObjectMapper();

  GraphqlRequests(GraphqlRoots roots, JsonMessages messages, CallLimits limits) {
    this.roots = roots;
    this.messages = messages;
    // A request message is the third level of a body: within variables, within a variable.
    this.json = new JsonBody(limits, limits.maxJsonDepth() + 2);
    this.limits = limits;
    this.documents = new GraphqlDocuments(roots.schema(), limits);
  }

  Decoding.Decoded decode(RequestTarget target, HttpCallRequest request) throws RefusedException {
    if (!request.method().equals("POST")) {
      throw new RefusedException(
          Refusal.METHOD_NOT_ALLOWED, "method: %s (expected: POST)".formatted(request.method()));
    }
    if (target.query().isPresent()) {
      throw RefusedException.malformed("query string: not allowed with GraphQL");
    }
    GraphqlRequest graphql = read(request);
    OperationDefinition operation =
        GraphqlDocuments.operation(graphql.document(), graphql.operationName());
    List<Call> calls = calls(operation.getOperation(), rootFields(graphql));
    if (operation.getOperation() == Operation.SUBSCRIPTION && isNoSubscription(calls)) {
      throw RefusedException.malformed("query: a subscription has one root field, a stream");
    }
    return new Decoding.Decoded(Transport.GRAPHQL, calls, Optional.of(graphql));
  }

  /** Introspection too is refused in a subscription, which could only answer once. */
  private static boolean isNoSubscription(List<Call> calls) {
    return calls.size() != 1 || calls.getFirst().method().equals(Call.INTROSPECT);
  }

  private GraphqlRequest read(HttpCallRequest request) throws RefusedException {
    JsonNode body = json.read(request).orElseThrow(() -> RefusedException.malformed("body: empty"));
    JsonScalars.require(
        body.isObject(), JsonPlace.of("body"), "an object; batches are not supported");
    for (Map.Entry<String, JsonNode> member : body.properties()) {
      if (!MEMBERS.contains(member.getKey())) {
        throw RefusedException.malformed("body." + member.getKey() + ": unknown member");
      }
    }
    JsonNode query = body.path("query");
    JsonScalars.require(query.isTextual(), JsonPlace.of("query"), "a GraphQL document");
    JsonNode name = body.path("operationName");
    JsonScalars.require(
        name.isMissingNode() || name.isNull() || name.isTextual(),
        JsonPlace.of("operationName"),
        "a string");
    requireObject(body.path("extensions"), "extensions");
    requireObject(body.path("variables"), "variables");
    return new GraphqlRequest(
        documents.parse(query.textValue()),
        // To graphql-java an empty name is the first operation.
        Optional.ofNullable(name.textValue()).filter(text -> !text.isEmpty()),
        GraphqlVariables.of(body.path("variables")));
  }

  private static void requireObject(JsonNode node, String where) throws RefusedException {
    JsonScalars.require(
        node.isMissingNode() || node.isNull() || node.isObject(), JsonPlace.of(where), "an object");
  }

  private List<ExecutableNormalizedField> rootFields(GraphqlRequest graphql)
      throws RefusedException {
    Document unconditional = GraphqlDocuments.unconditional(graphql.document());
    try {
      return ExecutableNormalizedOperationFactory
          .createExecutableNormalizedOperationWithRawVariables(
              roots.schema(),
              unconditional,
              graphql.operationName().orElse(null),
              RawVariables.of(graphql.variables()),
              ExecutableNormalizedOperationFactory.Options.defaultOptions()
                  .maxChildrenDepth(limits.maxGraphqlDepth())
                  .maxFieldsCount(limits.maxGraphqlFields()))
          .getTopLevelFields();
    } catch (GraphQLException e) {
      throw RefusedException.malformed("query: " + e.getMessage(), e);
    }
  }

  private List<Call> calls(Operation operation, List<ExecutableNormalizedField> fields)
      throws RefusedException {
    List<ExecutableNormalizedField> calling =
        fields.stream().filter(field -> !field.getFieldName().equals(TYPENAME)).toList();
    if (calling.isEmpty()) {
      return List.of(introspection(fields.getFirst(), 0, 1));
    }
    if (calling.size() > limits.maxCalls()) {
      throw RefusedException.malformed(
          "query: %d calls (expected: at most %d)".formatted(calling.size(), limits.maxCalls()));
    }
    List<Call> calls = new ArrayList<>();
    for (ExecutableNormalizedField field : calling) {
      calls.add(
          INTROSPECTION.contains(field.getFieldName())
              ? introspection(field, calls.size(), calling.size())
              : call(operation, field, calls.size(), calling.size()));
    }
    return List.copyOf(calls);
  }

  private static Call introspection(ExecutableNormalizedField field, int index, int count) {
    return new Call(
        SERVICE, Call.INTROSPECT, Empty.getDefaultInstance(), field.getResultKey(), index, count);
  }

  private Call call(Operation operation, ExecutableNormalizedField field, int index, int count)
      throws RefusedException {
    GraphqlRoots.Root root = roots.root(operation, field.getFieldName());
    JsonNode input = mapper.valueToTree(field.getResolvedArguments().get(GraphqlRoots.ARGUMENT));
    ObjectNode tree =
        messages.canonical(
            root.rpc().requestType(),
            input,
            JsonPlace.of(field.getResultKey()).member(GraphqlRoots.ARGUMENT));
    Message request = messages.message(root.rpc().prototype(), tree);
    if (root.readMask().isPresent()) {
      request = ReadMask.add(request, root.readMask().get(), field);
    }
    return root.rpc().call(request, field.getResultKey(), index, count);
  }
}
