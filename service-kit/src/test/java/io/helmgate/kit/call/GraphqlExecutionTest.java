package io.helmgate.kit.call;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.Struct;
import com.google.protobuf.Timestamp;
import com.google.protobuf.Value;
import graphql.ExecutionInput;
import graphql.ExecutionResult;
import graphql.GraphQL;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLSchema;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** What is decoded can be executed as it was decoded. */
class GraphqlExecutionTest {

  private final CallSchema schema = CallSchema.helmgate();
  private final CallDecoder decoder = new CallDecoder(schema, CallLimits.defaults());
  private final List<String> executed = new ArrayList<>();

  @Test
  void theParsedDocumentIsExecutedByResponseKey() {
    Decoding.Decoded decoded =
        decode(
            """
            {"query": "query A($n: String!, $x: Boolean!) {
              a: getApp(input: {namespace: $n, name: \\"web\\"}) {
                name release { config version timestamps { created } } }
              b: getApp(input: {namespace: \\"b\\", name: \\"web\\"}) @include(if: $x) { name } }
              query B { __typename }",
            "operationName": "A", "variables": {"n": "team-a", "x": false}}""");
    assertThat(decoded.calls()).extracting(Call::responseKey).containsExactly("a", "b");
    ExecutionResult result = execute(decoded.graphql().orElseThrow());
    assertThat(result.getErrors()).isEmpty();
    assertThat(result.<Map<String, Object>>getData())
        .isEqualTo(
            Map.of(
                "a",
                Map.of(
                    "name",
                    "web",
                    "release",
                    Map.of(
                        "config",
                        Map.of("replicas", 2L, "ratio", 0.5),
                        "version",
                        3,
                        "timestamps",
                        Map.of("created", "1970-01-01T00:00:01Z")))));
    assertThat(executed).containsExactly("a");
  }

  @Test
  void introspectionAnswersFromTheSameSchema() {
    Decoding.Decoded decoded =
        decode("{\"query\": \"{__type(name: \\\"AppRef\\\") {inputFields {name}}}\"}");
    ExecutionResult result = execute(decoded.graphql().orElseThrow());
    assertThat(result.getErrors()).isEmpty();
    assertThat(result.<Object>getData()).asString().contains("namespace", "name");
  }

  private Decoding.Decoded decode(String body) {
    return (Decoding.Decoded)
        decoder.decode(
            new HttpCallRequest(
                "POST",
                "/graphql",
                Map.of("content-type", List.of("application/json")),
                ByteString.copyFromUtf8(body.replace("\n", " "))));
  }

  private ExecutionResult execute(GraphqlRequest request) {
    GraphQL engine =
        GraphQL.newGraphQL(withFetchers())
            .preparsedDocumentProvider(
                (input, parse) ->
                    CompletableFuture.completedFuture(
                        new PreparsedDocumentEntry(request.document())))
            .build();
    return engine.execute(
        ExecutionInput.newExecutionInput("executed as parsed")
            .operationName(request.operationName().orElse(null))
            .variables(request.variables())
            .build());
  }

  private GraphQLSchema withFetchers() {
    Map<String, Object> release =
        Map.of(
            "version",
            3,
            "config",
            Struct.newBuilder()
                .putFields("replicas", Value.newBuilder().setNumberValue(2).build())
                .putFields("ratio", Value.newBuilder().setNumberValue(0.5).build())
                .build(),
            "timestamps",
            Map.of("created", Timestamp.newBuilder().setSeconds(1).build()));
    GraphQLCodeRegistry.Builder fetchers =
        GraphQLCodeRegistry.newCodeRegistry(schema.graphqlSchema().getCodeRegistry())
            .dataFetcher(
                FieldCoordinates.coordinates("Query", "getApp"),
                (graphql.schema.DataFetcher<?>)
                    environment -> {
                      executed.add(environment.getExecutionStepInfo().getResultKey());
                      return Map.of("name", "web", "release", release);
                    });
    return schema.graphqlSchema().transform(builder -> builder.codeRegistry(fetchers.build()));
  }
}
