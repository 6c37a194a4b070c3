package io.helmgate.deployer.graphql;

import graphql.GraphQL;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.schema.FieldCoordinates;
import graphql.schema.GraphQLCodeRegistry;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLObjectType;
import graphql.schema.GraphQLSchema;
import io.helmgate.kit.call.GraphqlRequest;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;

/** Adds to the decoder's schema what executes its documents. */
final class GraphqlSchemas {

  private GraphqlSchemas() {}

  /**
   * Executes documents that were decoded: each execution's context holds its {@link
   * GraphqlRequest}, whose parsed and valid document is taken instead of a text.
   */
  static GraphQL executing(GraphQLSchema schema, CallResolver resolver) {
    var resolvers = GraphQLCodeRegistry.newCodeRegistry(schema.getCodeRegistry());
    for (GraphQLObjectType type : roots(schema)) {
      for (GraphQLFieldDefinition field : type.getFieldDefinitions()) {
        resolvers.dataFetcher(
            FieldCoordinates.coordinates(type.getName(), field.getName()), resolver);
      }
    }
    return GraphQL.newGraphQL(schema.transform(with -> with.codeRegistry(resolvers.build())))
        .preparsedDocumentProvider(
            (input, parse) -> {
              GraphqlRequest request = input.getGraphQLContext().get(GraphqlRequest.class);
              return CompletableFuture.completedFuture(
                  new PreparsedDocumentEntry(request.document()));
            })
        .build();
  }

  private static List<GraphQLObjectType> roots(GraphQLSchema schema) {
    return Stream.of(schema.getQueryType(), schema.getMutationType(), schema.getSubscriptionType())
        .filter(Objects::nonNull)
        .toList();
  }
}
