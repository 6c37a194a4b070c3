package io.helmgate.kit.call;

import graphql.schema.GraphQLScalarType;
import java.util.List;

/** The scalars that the SDL adds to GraphQL's own. */
final class GraphqlScalars {

  private GraphqlScalars() {}

  static List<GraphQLScalarType> all() {
    return List.of(
        GraphQLScalarType.newScalar()
            .name("Map")
            .description("Any JSON value.")
            .coercing(new MapCoercing())
            .build(),
        GraphQLScalarType.newScalar()
            .name("Time")
            .description("RFC 3339 date and time.")
            .coercing(new TimeCoercing())
            .build());
  }
}
